// The first reading of a capture: which addresses have to do with SIP at all. Of the second only
// what concerns them is kept, so that memory follows what was signalled, whatever else went by.
#pragma once

#include "probes/decode/decoder.hh"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace twinline::field {

class Survey {
  public:
    explicit Survey(const std::string& keys) : decoder_({}, decode::TlsKeyLog(keys)) {}

    void feed(const timeline::Frame& frame);
    void add_keys(std::string_view lines);

    // Who said or heard SIP, asked for the names of its servers or wanted a connection to its
    // ports, dotted.
    using Addresses = std::set<std::string, std::less<>>;
    Addresses&& addresses() && { return std::move(addresses_); }

  private:
    void note(const timeline::EventView& event);

    decode::Decoder decoder_;
    Addresses addresses_;
};

// The two ends of an event without a subject.
struct Way {
    std::string_view from, to;
};
std::optional<Way> way_of(std::string_view peer);

}  // namespace twinline::field
