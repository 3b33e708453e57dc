// The step from sofia-sip's parsed structures to our values; only names of its structures appear
// here, so that its headers stay inside the .cc files.
#pragma once

#include "reference_impl/wire/parse_error.hh"
#include "reference_impl/wire/sip_message.hh"

#include <optional>
#include <string>

struct msg_s;
struct sip_s;

namespace twinline::wire {

// Remembers the first thing that is wrong with a message.
class Refusal {
  public:
    void refuse(std::size_t offset, std::string reason) {
        if (!first_) first_ = ParseError{offset, std::move(reason)};
    }
    const std::optional<ParseError>& first() const { return first_; }

  private:
    std::optional<ParseError> first_;
};

// Checks the headers one by one in their order, and fills in the numbers, Content-Type and `other`.
void copy_headers(const msg_s& parsed, const char* base, SipMessage& message, Refusal& refusal);

// Fills in what sofia-sip has parsed into structures. `base` is where the parsed buffer begins.
void copy_values(const sip_s& sip, const char* base, SipMessage& message, Refusal& refusal);

}  // namespace twinline::wire
