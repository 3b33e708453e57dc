// Reads and writes DNS messages with ldns, record by record so that an error names its offset (RFC
// 1035 section 4).
#include "reference_impl/wire/dns_message.hh"

#include "reference_impl/wire/ensure.hh"
#include "reference_impl/wire/text.hh"

#include <ldns/ldns.h>

#include <memory>

namespace twinline::wire {

namespace {

constexpr std::size_t header_size = 12;

template <auto Function>
struct Call {
    template <typename T>
    void operator()(T* object) const {
        Function(object);
    }
};
using Rr = std::unique_ptr<ldns_rr, Call<ldns_rr_free>>;
using Rdf = std::unique_ptr<ldns_rdf, Call<ldns_rdf_deep_free>>;
using Packet = std::unique_ptr<ldns_pkt, Call<ldns_pkt_free>>;
using Text = std::unique_ptr<char, Call<std::free>>;
using Octets = std::unique_ptr<std::uint8_t, Call<std::free>>;

std::string name_of(const ldns_rdf* name) {
    const Text text(ldns_rdf2str(name));
    auto result = lower_case(text ? text.get() : "");
    if (!result.empty() && result.back() == '.') result.pop_back();
    return result;
}

// Nothing when the text is no domain name.
Rdf dname_of(const std::string& text) {
    return Rdf(ldns_dname_new_frm_str(text.empty() ? "." : text.c_str()));
}

// A character-string (RFC 1035 section 3.3): one octet of length, then the text.
std::string string_of(const ldns_rdf* field) {
    const auto size = ldns_rdf_size(field);
    const auto* data = reinterpret_cast<const char*>(ldns_rdf_data(field));
    return size > 1 ? std::string(data + 1, size - 1) : std::string();
}

using Data = decltype(DnsRecord::data);

// Nothing when the record has fewer fields than its type needs, as with an empty RDATA.
std::optional<Data> data_of(const ldns_rr& rr) {
    const auto type = static_cast<std::uint16_t>(ldns_rr_get_type(&rr));
    const auto field = [&](std::size_t i) { return ldns_rr_rdf(&rr, i); };
    const auto number = [&](std::size_t i) { return ldns_rdf2native_int16(field(i)); };
    const auto has = [&](std::size_t count) { return ldns_rr_rd_count(&rr) == count; };
    if (ldns_rr_get_class(&rr) != LDNS_RR_CLASS_IN) return OtherRecord{type};

    switch (type) {
        case LDNS_RR_TYPE_A:
            if (!has(1)) return std::nullopt;
            return ARecord{Ipv4{ldns_read_uint32(ldns_rdf_data(field(0)))}};
        case LDNS_RR_TYPE_CNAME:
            if (!has(1)) return std::nullopt;
            return CnameRecord{name_of(field(0))};
        case LDNS_RR_TYPE_SRV:
            if (!has(4)) return std::nullopt;
            return SrvRecord{number(0), number(1), number(2), name_of(field(3))};
        case LDNS_RR_TYPE_NAPTR:
            if (!has(6)) return std::nullopt;
            return NaptrRecord{number(0),           number(1),           string_of(field(2)),
                               string_of(field(3)), string_of(field(4)), name_of(field(5))};
        case LDNS_RR_TYPE_SOA:
            if (!has(7)) return std::nullopt;
            return SoaRecord{ldns_rdf2native_int32(field(6))};
        default:
            return OtherRecord{type};
    }
}

class DnsReader {
  public:
    explicit DnsReader(std::string_view bytes)
        : data_(reinterpret_cast<const std::uint8_t*>(bytes.data())), size_(bytes.size()) {}

    Parsed<DnsResponse> read();

  private:
    std::uint16_t word(std::size_t offset) const { return ldns_read_uint16(data_ + offset); }
    Parsed<Rr> next(ldns_pkt_section section);
    Parsed<std::vector<DnsRecord>> records(ldns_pkt_section section, std::uint16_t count);
    std::optional<ParseError> read_header(DnsResponse& response) const;

    const std::uint8_t* data_;
    std::size_t size_;
    std::size_t position_ = header_size;
};

Parsed<Rr> DnsReader::next(ldns_pkt_section section) {
    const auto start = position_;
    ldns_rr* rr = nullptr;
    const auto status = ldns_wire2rr(&rr, data_, size_, &position_, section);
    if (status == LDNS_STATUS_OK) return Rr(rr);
    return tl::unexpected(ParseError{start, ldns_get_errorstr_by_id(status)});
}

Parsed<std::vector<DnsRecord>> DnsReader::records(ldns_pkt_section section, std::uint16_t count) {
    std::vector<DnsRecord> result;
    for (unsigned i = 0; i < count; ++i) {
        const auto start = position_;
        const auto rr = next(section);
        if (!rr) return tl::unexpected(rr.error());
        auto data = data_of(**rr);
        if (!data) return tl::unexpected(ParseError{start, "record without its data"});
        const auto ttl = ldns_rr_ttl(rr->get());
        result.push_back(
            {name_of(ldns_rr_owner(rr->get())), ttl >> 31 != 0 ? 0 : ttl, std::move(*data)});
    }
    return result;
}

std::optional<ParseError> DnsReader::read_header(DnsResponse& response) const {
    if (size_ < header_size) return ParseError{size_, "shorter than a DNS header"};
    response.id = word(0);
    const auto flags = word(2);
    if ((flags & 0x8000) == 0) return ParseError{2, "not a response"};
    if ((flags & 0x7800) != 0) return ParseError{2, "not an answer to a standard query"};
    response.truncated = (flags & 0x0200) != 0;
    response.rcode = static_cast<DnsRcode>(flags & 0x000f);
    if (word(4) != 1) return ParseError{4, "not exactly one question"};
    return std::nullopt;
}

Parsed<DnsResponse> DnsReader::read() {
    DnsResponse response;
    if (const auto error = read_header(response)) return tl::unexpected(*error);

    const auto question = next(LDNS_SECTION_QUESTION);
    if (!question) return tl::unexpected(question.error());
    response.question.name = name_of(ldns_rr_owner(question->get()));
    response.question.type = static_cast<DnsType>(ldns_rr_get_type(question->get()));

    auto answer = records(LDNS_SECTION_ANSWER, word(6));
    if (!answer) return tl::unexpected(answer.error());
    auto authority = records(LDNS_SECTION_AUTHORITY, word(8));
    if (!authority) return tl::unexpected(authority.error());
    auto additional = records(LDNS_SECTION_ADDITIONAL, word(10));
    if (!additional) return tl::unexpected(additional.error());
    if (position_ != size_)
        return tl::unexpected(ParseError{position_, "octets after the last record"});

    response.answer = std::move(*answer);
    response.authority = std::move(*authority);
    response.additional = std::move(*additional);
    return response;
}

}  // namespace

std::string_view to_string(DnsType type) {
    switch (type) {
        case DnsType::a:
            return "A";
        case DnsType::cname:
            return "CNAME";
        case DnsType::soa:
            return "SOA";
        case DnsType::aaaa:
            return "AAAA";
        case DnsType::srv:
            return "SRV";
        case DnsType::naptr:
            return "NAPTR";
    }
    return "other";
}

bool is_domain_name(const std::string& text) { return dname_of(text) != nullptr; }

std::string serialise_query(std::uint16_t id, const DnsQuestion& question) {
    auto name = dname_of(question.name);
    ensure(name != nullptr, "the question's name is a domain name");
    const auto type = static_cast<ldns_rr_type>(question.type);
    const Packet packet(ldns_pkt_query_new(name.release(), type, LDNS_RR_CLASS_IN, LDNS_RD));
    ensure(packet != nullptr, "ldns makes a query");
    ldns_pkt_set_id(packet.get(), id);

    std::uint8_t* wire = nullptr;
    std::size_t size = 0;
    const auto status = ldns_pkt2wire(&wire, packet.get(), &size);
    const Octets owned(wire);
    ensure(status == LDNS_STATUS_OK, "ldns writes a query");
    return {reinterpret_cast<const char*>(wire), size};
}

Parsed<DnsResponse> parse_response(std::string_view bytes) { return DnsReader(bytes).read(); }

}  // namespace twinline::wire
