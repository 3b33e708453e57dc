// The static records' parameters, 12 of each kind for the whole phone (clauses YL-SDC-09, YL-SDC-A1
// to A3, S1 to S6 and N1 to N7).
#include "reference_impl/config/yealink_parameters.hh"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace twinline::config {

namespace {

constexpr Indices records{1, yealink_static_records};

template <typename Record>
using Records = std::map<unsigned, Record> Draft::*;

template <typename Record>
StoreText to(Records<Record> all, std::string Record::*member) {
    return [all, member](Draft& draft, Index index, std::string_view value) {
        (draft.*all)[index].*member = value;
    };
}

template <typename Record, typename Value>
StoreNumber to(Records<Record> all, Value Record::*member) {
    return [all, member](Draft& draft, Index index, std::uint32_t number) {
        (draft.*all)[index].*member = static_cast<Value>(number);
    };
}

template <typename Record>
Parameter ttl(std::string name, Records<Record> all) {
    return integer(std::move(name), records, 30, 2147483647, to(all, &Record::ttl));
}

Parameter word(std::string name, StoreNumber store) {
    return integer(std::move(name), records, 0, 65535, std::move(store));
}

std::vector<Parameter> a_records() {
    const auto all = &Draft::static_a;
    return {
        domain("dns_cache_a.X.name", records, to(all, &StaticA::name)),
        address("dns_cache_a.X.ip", records,
                [](Draft& d, Index i, wire::Ipv4 ip) { d.static_a[i].address = ip; }),
        ttl("dns_cache_a.X.ttl", all),
    };
}

// A target may be an address: then no A query follows (YL-SRV-05).
std::vector<Parameter> srv_records() {
    const auto all = &Draft::static_srv;
    return {
        domain("dns_cache_srv.X.name", records, to(all, &StaticSrv::name)),
        word("dns_cache_srv.X.port", to(all, &StaticSrv::port)),
        word("dns_cache_srv.X.priority", to(all, &StaticSrv::priority)),
        host("dns_cache_srv.X.target", records, to(all, &StaticSrv::target)),
        word("dns_cache_srv.X.weight", to(all, &StaticSrv::weight)),
        ttl("dns_cache_srv.X.ttl", all),
    };
}

std::vector<Parameter> naptr_records() {
    const auto all = &Draft::static_naptr;
    static constexpr std::string_view flags = "SAUP";
    return {
        domain("dns_cache_naptr.X.name", records, to(all, &StaticNaptr::name)),
        one_of("dns_cache_naptr.X.flags", records, {"S", "A", "U", "P"},
               [](Draft& d, Index i, std::uint32_t ordinal) {
                   d.static_naptr[i].flags = flags.substr(ordinal, 1);
               }),
        word("dns_cache_naptr.X.order", to(all, &StaticNaptr::order)),
        word("dns_cache_naptr.X.preference", to(all, &StaticNaptr::preference)),
        domain("dns_cache_naptr.X.replace", records, to(all, &StaticNaptr::replacement)),
        text_within("dns_cache_naptr.X.service", records, 32, to(all, &StaticNaptr::service)),
        ttl("dns_cache_naptr.X.ttl", all),
    };
}

}  // namespace

std::vector<Parameter> yealink_dns_cache_parameters() {
    std::vector<Parameter> table;
    for (auto part : {a_records(), srv_records(), naptr_records()}) {
        for (auto& parameter : part) {
            parameter.index_limit =
                fmt::format("records are numbered 1 to {}", yealink_static_records);
            table.push_back(std::move(parameter));
        }
    }
    return table;
}

}  // namespace twinline::config
