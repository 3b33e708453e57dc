// The phone in a child process with pipes for its standard streams, killed when it goes out of
// scope.
#pragma once

#include "reference_impl/live/run_phone.hh"

#include <string>
#include <string_view>
#include <sys/types.h>

namespace twinline::live {

class Program {
  public:
    explicit Program(const PhoneOptions& options);
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program();

    void tell(std::string line) const;
    void end_input();
    void signal(int number) const;

    // Reads until `text` has come; false when the output ends or nothing comes for 10 s.
    bool says(std::string_view text);
    int exit_code();  // waits for the end; -1 when a signal killed it
    const std::string& output() const { return output_; }  // and its diagnostics

  private:
    bool read_some();

    pid_t child_ = -1;
    int in_ = -1;
    int out_ = -1;
    std::string output_;
};

}  // namespace twinline::live
