// The library, joined from the documents.
#include "reference_impl/mutants/mutants.hh"

#include <algorithm>
#include <iterator>

namespace twinline::mutants {

const std::vector<Mutant>& all() {
    static const auto library = [] {
        std::vector<Mutant> joined;
        for (auto some : {of_rfcs(),
                          of_rfc_location(),
                          of_rfc_transactions(),
                          of_rfc_registration(),
                          of_rfc_flows(),
                          of_yealink(),
                          of_yealink_parameters(),
                          of_yealink_registration(),
                          of_yealink_calls(),
                          of_yealink_dns(),
                          of_yealink_static_dns(),
                          of_yealink_server_pair(),
                          of_yealink_failback(),
                          of_yealink_later_guides(),
                          of_aastra_backup(),
                          of_aastra_srv(),
                          of_aastra_outbound_proxy(),
                          of_aastra_flows(),
                          of_aastra_configuration(),
                          of_audiocodes_failover(),
                          of_two_ways()})
            std::ranges::move(some, std::back_inserter(joined));
        return joined;
    }();
    return library;
}

const Mutant* find(std::string_view id) {
    const auto found = std::ranges::find(all(), id, &Mutant::id);
    return found == all().end() ? nullptr : &*found;
}

}  // namespace twinline::mutants
