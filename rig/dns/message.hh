// The octets of a DNS query and of its answer (RFC 1035 section 4): what the server must read of
// the one, and how it writes the other. Foreign octets are bounds-checked here and nowhere else.
#pragma once

#include "rig/dns/zone.hh"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twinline::dns {

constexpr std::size_t header_size = 12;
constexpr std::uint16_t class_in = 1;

enum class Rcode : unsigned {
    no_error = 0,
    format = 1,
    servfail = 2,
    nxdomain = 3,
    notimp = 4,
    refused = 5
};

// Only for a query of at least header_size octets.
std::uint16_t flags_of(std::string_view query);

struct Question {
    std::string_view octets;  // name, type and class as they came
    std::string name;         // lower case
    std::uint16_t type = 0;
    std::uint16_t qclass = 0;
};

std::optional<Question> read_question(std::string_view query);

// Collects one answer; the question's name is the one that the others point to.
class Answer {
  public:
    explicit Answer(std::string_view query);

    Rcode rcode = Rcode::no_error;

    void ask(const Question& question) { question_ = question; }
    void add(const std::string& owner, const Record& record);
    void add_soa(const Zone& zone);
    // The addresses of the SRV targets so far, as additional records; after everything else.
    void add_addresses(const Zone& zone);
    std::string octets(std::size_t limit) const;

  private:
    void put(const Record& record);

    std::string_view id_;
    unsigned flags_;
    std::optional<Question> question_;
    std::string records_;
    std::size_t answers_ = 0, authorities_ = 0, additional_ = 0;
    std::vector<std::string> targets_;  // of SRV records
};

}  // namespace twinline::dns
