// A server of several processes that is killed lets nobody in once its connections have ended.
#include "rig/testbed/process_group.hh"

#include "rig/testbed/fd.hh"
#include "tests/testbed/lab_test.hh"

#include <arpa/inet.h>
#include <cerrno>
#include <csignal>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>

namespace twinline::testbed {
namespace {

using namespace std::chrono_literals;

// One process owns the connection, another that has inherited what it listens at takes its time to
// die, for it has much memory.
constexpr const char* server = R"(
import os, socket, time
listener = socket.create_server(("127.0.0.1", 0))
if os.fork() == 0:
    owner = [listener.accept()[0]] + [os.dup(0) for _ in range(40)]
    print("let in", flush=True)
    time.sleep(60)
ballast = bytearray(os.urandom(1 << 20)) * 300
print("port", listener.getsockname()[1], flush=True)
time.sleep(60)
)";

class ProcessGroupTest : public LabTest {
  protected:
    Fd connected() {
        Fd client(::socket(AF_INET, SOCK_STREAM, 0));
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        result = ::connect(client.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
        return client;
    }

    std::uint16_t port = 0;
    bool is_let_in = false;
    int result = -1;
};

TEST_F(ProcessGroupTest, ItsConnectionsEndWhenNobodyListensAnyMore) {
    Spawn spawn;
    spawn.argv = {"/usr/bin/python3", "-c", server};
    spawn.on_line = [this](Stream, std::string_view line) {
        is_let_in = is_let_in || line == "let in";
        if (line.starts_with("port "))
            port = static_cast<std::uint16_t>(std::stoi(std::string(line.substr(5))));
    };
    Process process(io, std::move(spawn));
    ASSERT_TRUE(turn_until([this] { return port != 0; }, 20s));
    const auto client = connected();
    ASSERT_EQ(result, 0);
    ASSERT_TRUE(turn_until([this] { return is_let_in; }, 5s));
    int again = 0;
    std::jthread phone([&] {
        char octet = 0;
        EXPECT_LE(::recv(client.get(), &octet, 1, 0), 0) << "the end of the connection";
        connected();
        again = result == 0 ? 0 : errno;
    });
    kill_group_in_order(process.pid());
    phone.join();
    EXPECT_EQ(again, ECONNREFUSED);
}

TEST_F(ProcessGroupTest, NobodyIsLeftButTheLeaderForItsOwner) {
    Spawn spawn;
    spawn.argv = {"sh", "-c", "sleep 60 & echo up; exec sleep 60"};
    bool is_up = false;
    spawn.on_line = [&](Stream, std::string_view) { is_up = true; };
    Process process(io, std::move(spawn));
    ASSERT_TRUE(turn_until([&] { return is_up; }, 5s));
    kill_group_in_order(process.pid());
    EXPECT_TRUE(await(process.ended(5s)));
    EXPECT_EQ(WTERMSIG(process.status()), SIGKILL);
    EXPECT_EQ(::kill(-process.pid(), 0), -1);
    kill_group_in_order(process.pid());  // of nobody
}

}  // namespace
}  // namespace twinline::testbed
