// An authority of a test, in a folder that goes with it.
#pragma once

#include "rig/testbed/authority.hh"

#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace twinline::live {

class TestAuthority {
  public:
    TestAuthority() : folder_(make_folder()), authority_(folder_) {}
    ~TestAuthority() { std::filesystem::remove_all(folder_); }
    TestAuthority(const TestAuthority&) = delete;
    TestAuthority& operator=(const TestAuthority&) = delete;

    std::string ca_file() const { return authority_.file(); }
    // A file with key and certificate for this name or address.
    std::string server_file(const std::string& name) const {
        authority_.issue(folder_ / "server.pem", {name});
        return folder_ / "server.pem";
    }

  private:
    static std::filesystem::path make_folder() {
        auto folder = testing::TempDir() + "twinline-ca-XXXXXX";
        if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("mkdtemp " + folder);
        return folder;
    }

    std::filesystem::path folder_;
    testbed::Authority authority_;
};

}  // namespace twinline::live
