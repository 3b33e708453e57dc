// Zone text to wire-format records, by ldns (RFC 1035 section 5). The ldns objects live only while
// it reads.
#include "rig/dns/zone.hh"

#include <ldns/ldns.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <random>
#include <stdexcept>
#include <utility>

namespace twinline::dns {

namespace {

constexpr std::uint32_t ttl_if_none = 3600;
// ldns takes a default of 0 for none, and gives such records an hour.
constexpr std::uint32_t stands_for_zero = 0x7ffffffe;

struct FreeFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
struct FreeBuffer {
    void operator()(ldns_buffer* buffer) const { ldns_buffer_free(buffer); }
};
struct FreeRecord {
    void operator()(ldns_rr* rr) const { ldns_rr_free(rr); }
};

struct Entry {
    std::unique_ptr<ldns_rr, FreeRecord> rr;
    int line = 0;
};

[[noreturn]] void refuse(int line, const std::string& why) {
    throw std::invalid_argument("line " + std::to_string(line) + ": " + why);
}

// Reads record after record: ldns_zone_new_frm_fp_l would leak on a fault and not say on which line
// a record stood.
class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {
        text_.push_back('\n');
        file_.reset(fmemopen(text_.data(), text_.size(), "r"));
        if (!file_) refuse(1, "cannot be read as a file");
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader() {
        ldns_rdf_deep_free(origin_);
        ldns_rdf_deep_free(previous_);
    }

    std::vector<Entry> all() {
        std::vector<Entry> entries;
        while (std::feof(file_.get()) == 0) {
            int line = lines_read_ + 1;
            ldns_rr* rr = nullptr;
            ldns_status status =
                ldns_rr_new_frm_fp_l(&rr, file_.get(), &ttl_, &origin_, &previous_, &lines_read_);
            if (status == LDNS_STATUS_SYNTAX_TTL && ttl_ == 0) ttl_ = stands_for_zero;
            if (status == LDNS_STATUS_OK) {
                if (ldns_rr_ttl(rr) == stands_for_zero) ldns_rr_set_ttl(rr, 0);
                entries.push_back({std::unique_ptr<ldns_rr, FreeRecord>(rr), line});
            } else if (status != LDNS_STATUS_SYNTAX_EMPTY && status != LDNS_STATUS_SYNTAX_TTL &&
                       status != LDNS_STATUS_SYNTAX_ORIGIN) {
                refuse(line, ldns_get_errorstr_by_id(status));
            }
        }
        return entries;
    }

  private:
    std::string text_;
    std::unique_ptr<std::FILE, FreeFile> file_;
    std::uint32_t ttl_ = ttl_if_none;
    ldns_rdf* origin_ = nullptr;
    ldns_rdf* previous_ = nullptr;
    int lines_read_ = 0;
};

const ldns_rr* soa_of(const std::vector<Entry>& entries) {
    const ldns_rr* soa = nullptr;
    for (const Entry& entry : entries) {
        if (ldns_rr_get_type(entry.rr.get()) != LDNS_RR_TYPE_SOA) continue;
        if (soa != nullptr) refuse(entry.line, "a second SOA; a zone has exactly one");
        soa = entry.rr.get();
    }
    if (soa == nullptr) refuse(1, "no SOA; a zone has exactly one");
    return soa;
}

std::string owner_of(const ldns_rr* rr) {
    const ldns_rdf* owner = ldns_rr_owner(rr);
    return lower_case({reinterpret_cast<const char*>(ldns_rdf_data(owner)), ldns_rdf_size(owner)});
}

Record record_of(const ldns_rr* rr) {
    std::unique_ptr<ldns_buffer, FreeBuffer> buffer(ldns_buffer_new(LDNS_MIN_BUFLEN));
    if (!buffer || ldns_rr_rdata2buffer_wire(buffer.get(), rr) != LDNS_STATUS_OK) {
        throw std::runtime_error("ldns cannot write a record that it has read");
    }
    return {static_cast<std::uint16_t>(ldns_rr_get_type(rr)),
            ldns_rr_ttl(rr),
            {reinterpret_cast<const char*>(ldns_buffer_begin(buffer.get())),
             ldns_buffer_position(buffer.get())}};
}

std::uint32_t soa_minimum(const std::string& rdata) {
    std::uint32_t value = 0;
    for (char octet : std::string_view(rdata).substr(rdata.size() - 4)) {
        value = value << 8 | static_cast<unsigned char>(octet);
    }
    return value;
}

std::string text_of(const ldns_rr* rr) {
    std::unique_ptr<char, decltype(&std::free)> text(ldns_rdf2str(ldns_rr_owner(rr)), &std::free);
    return text ? text.get() : "?";
}

}  // namespace

Zone::Zone(std::string_view text) {
    std::vector<Entry> entries = Reader(text).all();
    const ldns_rr* soa = soa_of(entries);
    apex_ = owner_of(soa);
    negative_soa_ = record_of(soa);
    negative_soa_.ttl = std::min(negative_soa_.ttl, soa_minimum(negative_soa_.rdata));
    for (const Entry& entry : entries) {
        std::string owner = owner_of(entry.rr.get());
        if (!contains(owner)) {
            refuse(entry.line,
                   text_of(entry.rr.get()) +
                       " lies outside the zone; names at or below its SOA's are allowed");
        }
        add(owner, record_of(entry.rr.get()));
    }
}

void Zone::add(const std::string& owner, Record record) {
    nodes_[owner].push_back(std::move(record));
    // The names between the owner and the apex exist too, though they may hold nothing (RFC
    // 4592 2.2.2).
    for (std::string_view name = owner; name.size() > apex_.size();) {
        name.remove_prefix(1 + static_cast<unsigned char>(name.front()));
        nodes_.try_emplace(std::string(name));
    }
}

bool Zone::contains(std::string_view name) const {
    while (name.size() > apex_.size())
        name.remove_prefix(1 + static_cast<unsigned char>(name.front()));
    return name == apex_;
}

const std::vector<Record>* Zone::find(const std::string& name) const {
    auto node = nodes_.find(name);
    return node == nodes_.end() ? nullptr : &node->second;
}

std::pair<std::string, std::uint16_t> Zone::several() const {
    std::pair<std::string, std::uint16_t> found;
    for (const auto& [name, records] : nodes_) {
        if (found.second != 0 && found.first <= name) continue;
        for (std::size_t i = 1; i < records.size(); ++i)
            if (records[i].type == records[i - 1].type) found = {name, records[i].type};
    }
    return found;
}

Zone Zone::in_any_order(std::uint64_t seed) const {
    constexpr std::uint16_t srv = 33, naptr = 35;
    std::mt19937_64 random(seed);
    auto drawn = *this;
    for (auto& [name, records] : drawn.nodes_) {
        const auto addresses =
            std::stable_partition(records.begin(), records.end(),
                                  [](const Record& r) { return r.type == srv || r.type == naptr; });
        std::shuffle(records.begin(), addresses, random);
    }
    return drawn;
}

std::string lower_case(std::string_view name) {
    std::string lower(name);
    for (char& octet : lower) {
        if (octet >= 'A' && octet <= 'Z') octet = static_cast<char>(octet - 'A' + 'a');
    }
    return lower;
}

}  // namespace twinline::dns
