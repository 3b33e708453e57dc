// An event in the making: its texts are views of the packet, or kept here until the next one is
// begun. One is used again and again, so that reading a message costs no memory of its own.
#pragma once

#include "probes/timeline/event_view.hh"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <vector>

namespace twinline::decode {

class Draft {
  public:
    Draft();
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;
    ~Draft() = default;

    void begin();  // forgets everything

    // These, and what add() and set() are given, must outlive the draft, or be kept.
    std::string_view subject;
    timeline::Direction direction = timeline::Direction::none;
    std::string_view peer;
    std::string_view peer_port;
    std::string_view kind;

    // A name is a literal of letters. The first of a name stays. In the order of the names it costs
    // the least.
    void add(std::string_view name, std::string_view value);
    void add(std::string_view name, std::uint64_t number) { add(name, keep(number)); }
    // The last of a name stays.
    void set(std::string_view name, std::string_view value);
    void set(std::string_view name, std::uint64_t number) { set(name, keep(number)); }
    std::string_view field(std::string_view name) const;  // empty when absent

    std::string_view keep(std::string_view text);
    std::string_view keep(std::uint64_t number);  // in decimal
    // Room for a text that the caller writes.
    char* room(std::size_t octets) { return static_cast<char*>(kept_.allocate(octets, 1)); }

    // Valid until the next begin().
    timeline::EventView view() const;

  private:
    using Fields = std::vector<timeline::FieldView>;
    Fields::iterator place_of(std::string_view name);

    std::array<std::byte, 4096> first_;
    std::pmr::monotonic_buffer_resource kept_;
    Fields fields_;  // in order of the names
};

}  // namespace twinline::decode
