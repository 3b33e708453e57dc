// What outlives a Process by a moment: the child's descriptors and the callbacks on them.
#pragma once

#include "rig/testbed/fd.hh"
#include "rig/testbed/process.hh"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <string>
#include <vector>

namespace twinline::testbed {

struct Process::State : std::enable_shared_from_this<Process::State> {
    struct Channel {
        Stream stream;
        boost::asio::posix::stream_descriptor descriptor;
        std::string pending;  // a line without its end
    };

    State(boost::asio::io_context& context, Spawn plan)
        : io(context), spawn(std::move(plan)), end(context) {}

    Fd open_channel(Stream stream);  // the child's end of it
    void start();
    void listen(Channel& channel);
    void drain(Channel& channel);
    void emit(Channel& channel);
    void await_end();
    void finish();  // nothing of the group is left

    boost::asio::io_context& io;
    Spawn spawn;
    pid_t pid = -1;
    Fd standard_input;
    std::vector<Channel> channels;
    boost::asio::posix::stream_descriptor end;  // readable when the child has ended
    std::vector<boost::asio::steady_timer*> waiting;
    bool over = false;    // waited for
    bool closed = false;  // the owner is gone: no more callbacks
    int status = 0;
};

}  // namespace twinline::testbed
