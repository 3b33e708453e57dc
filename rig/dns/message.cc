// Reading a question and writing an answer, octet by octet (RFC 1035 4.1).
#include "rig/dns/message.hh"

#include <algorithm>

namespace twinline::dns {

namespace {

constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_message = 65535;
constexpr std::uint16_t type_a = 1, type_srv = 33;
constexpr std::size_t srv_target = 6;  // where it stands in the rdata (RFC 2782)

std::uint16_t u16(std::string_view octets, std::size_t at) {
    return static_cast<std::uint16_t>(static_cast<unsigned char>(octets[at]) << 8 |
                                      static_cast<unsigned char>(octets[at + 1]));
}

void put16(std::string& out, std::size_t value) {
    out.push_back(static_cast<char>(value >> 8 & 0xff));
    out.push_back(static_cast<char>(value & 0xff));
}

void put32(std::string& out, std::uint32_t value) {
    put16(out, value >> 16);
    put16(out, value & 0xffff);
}

}  // namespace

std::uint16_t flags_of(std::string_view query) { return u16(query, 2); }

std::optional<Question> read_question(std::string_view query) {
    if (u16(query, 4) != 1) return std::nullopt;
    std::size_t at = header_size;
    while (at < query.size() && query[at] != 0) {
        auto label = static_cast<unsigned char>(query[at]);
        if (label > 63) return std::nullopt;  // a first name has nothing to point back to
        at += 1U + label;
    }
    std::size_t size = at + 1 - header_size;
    if (at >= query.size() || size > longest_name || query.size() - at < 5) return std::nullopt;
    return Question{query.substr(header_size, size + 4),
                    lower_case(query.substr(header_size, size)), u16(query, at + 1),
                    u16(query, at + 3)};
}

Answer::Answer(std::string_view query) : id_(query.substr(0, 2)), flags_(flags_of(query)) {}

void Answer::add(const std::string& owner, const Record& record) {
    if (owner == question_->name) {
        put16(records_, 0xc000 | header_size);
    } else {
        records_ += owner;
    }
    put(record);
    ++answers_;
    if (record.type == type_srv) targets_.push_back(lower_case(record.rdata.substr(srv_target)));
}

// One with a TTL of 0 stands for a server that sends none (RFC 2308 section 5): no cache could tell
// the two apart.
void Answer::add_soa(const Zone& zone) {
    if (zone.negative_soa().ttl == 0) return;
    put16(records_, 0xc000 | (header_size + question_->name.size() - zone.apex().size()));
    put(zone.negative_soa());
    ++authorities_;
}

void Answer::add_addresses(const Zone& zone) {
    for (const std::string& target : targets_) {
        const std::vector<Record>* records = zone.find(target);
        if (records == nullptr) continue;
        for (const Record& record : *records) {
            if (record.type != type_a) continue;
            records_ += target;
            put(record);
            ++additional_;
        }
    }
}

std::string Answer::octets(std::size_t limit) const {
    std::size_t question_size = question_ ? question_->octets.size() : 0;
    bool whole = header_size + question_size + records_.size() <= std::min(limit, longest_message);
    std::string out(id_);
    // QR, AA, RA and what came as opcode and RD; TC where the records are left out.
    put16(out,
          0x8480U | (flags_ & 0x7900U) | (whole ? 0U : 0x0200U) | static_cast<unsigned>(rcode));
    put16(out, question_ ? 1 : 0);
    put16(out, whole ? answers_ : 0);
    put16(out, whole ? authorities_ : 0);
    put16(out, whole ? additional_ : 0);
    if (question_) out += question_->octets;
    if (whole) out += records_;
    return out;
}

void Answer::put(const Record& record) {
    put16(records_, record.type);
    put16(records_, class_in);
    put32(records_, record.ttl);
    put16(records_, record.rdata.size());
    records_ += record.rdata;
}

}  // namespace twinline::dns
