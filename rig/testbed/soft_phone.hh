// A phone that is a program: files from templates, a child process in its own namespace with the
// lab's DNS as its resolver, and lines to and from it.
#pragma once

#include "rig/testbed/dut.hh"
#include "rig/testbed/process.hh"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <vector>

namespace twinline::testbed {

class SoftPhone : public Dut {
  public:
    // Writes the files. `on_json` gets each JSON line of a phone with the capability "json-lines".
    SoftPhone(boost::asio::io_context& io, const Netns& netns, DutPlan plan, Line on_json = {});
    ~SoftPhone() override;

    // A phone with "json-lines" is started without power and ready within the time given; for
    // others there is nothing to prepare.
    boost::asio::awaitable<void> prepare(Duration within = std::chrono::seconds(15)) override;
    // The reference switches itself off and on, and keeps what its servers have given it.
    boost::asio::awaitable<Wall> power_on() override;
    // The device's stop signal to its group, and SIGKILL when that does not help at once.
    void power_off() override;
    void act(std::string_view what, std::string_view number = {}) override;

    bool alive() const override;
    const std::string& end() const override { return end_; }
    bool crashed() const override { return crashed_; }
    std::chrono::nanoseconds waited() const override;
    const std::filesystem::path& directory() const { return directory_; }

  private:
    void start();
    void run_command(const std::string& what, std::string_view number);
    void line(Stream stream, std::string_view text);

    boost::asio::io_context& io_;
    const Netns& netns_;
    Line on_json_;
    std::filesystem::path directory_;
    Rendered rendered_;
    bool ready_ = false;
    std::string end_;
    bool crashed_ = false;
    std::unique_ptr<Process> process_;
    std::vector<std::unique_ptr<Process>> commands_;  // under way
};

}  // namespace twinline::testbed
