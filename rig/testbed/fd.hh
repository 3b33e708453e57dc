// An owned file descriptor, and the exception that every failed system call of the lab becomes: it
// names the attempt.
#pragma once

#include <cerrno>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace twinline::testbed {

class Fd {
  public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    ~Fd() { reset(); }
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        reset();
        fd_ = std::exchange(other.fd_, -1);
        return *this;
    }

    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }
    explicit operator bool() const { return fd_ >= 0; }
    void reset() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

  private:
    int fd_ = -1;
};

// Returns what a system call returned; -1 throws "attempt: reason".
template <typename Result>
Result check(const std::string& attempt, Result result) {
    if (result == static_cast<Result>(-1)) {
        throw std::system_error(errno, std::generic_category(), attempt);
    }
    return result;
}

}  // namespace twinline::testbed
