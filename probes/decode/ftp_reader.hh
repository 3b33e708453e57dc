// FTP (RFC 959, RFC 2428): the control connection tells which file is asked for and where its
// octets will come; those are counted on the data connection.
#pragma once

#include "probes/decode/config_event.hh"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace twinline::decode {

class FtpReader {
  public:
    explicit FtpReader(ConfigEnds ends) : ends_(ends) {}

    void from_client(std::string_view octets, ConfigFound& found);
    void from_server(std::string_view octets, ConfigFound& found);
    void end(ConfigFound& found);

    // Where the next data connection will lead; once.
    std::optional<Endpoint> take_data_end() { return std::exchange(data_end_, {}); }
    void data(std::size_t octets) { bytes_ += octets; }
    void data_ended(bool cleanly, ConfigFound& found);

    static constexpr std::size_t longest_line = 4096;

  private:
    void command(std::string_view line, ConfigFound& found);
    void reply(std::string_view line, ConfigFound& found);
    void note_data_end(std::uint32_t address, std::string_view ports);
    void finish(std::string_view outcome, ConfigFound& found);
    void note_size(std::string_view digits);

    ConfigEnds ends_;
    std::string commands_, replies_;   // lines that are not whole yet
    std::string several_;              // code of a reply of several lines
    std::string last_ = "CONNECT";     // the command that is answered next
    std::optional<std::string> path_;  // of the RETR under way
    std::string status_;               // its final reply, while its octets still come
    std::optional<Endpoint> data_end_;
    bool data_open_ = false, data_reset_ = false;
    std::uint64_t bytes_ = 0;
    std::optional<std::uint64_t> announced_;  // octets of the file, where the server says so
};

}  // namespace twinline::decode
