// Phones with one thing wrong each: what the rig must catch, with the clause that each breaks.
#pragma once

#include "reference_impl/mutants/defect.hh"

#include <string_view>
#include <vector>

namespace twinline::mutants {

struct Mutant {
    std::string_view id;      // "reuses-branch"
    std::string_view clause;  // "RFC-3261-0811"
    std::string_view title;   // what it does wrong, for a person
    Defect defect;
};

// In the order of the documents; ids are unique.
const std::vector<Mutant>& all();
const Mutant* find(std::string_view id);

// By the document whose clauses they break.
std::vector<Mutant> of_rfcs();
std::vector<Mutant> of_rfc_location();
std::vector<Mutant> of_rfc_transactions();
std::vector<Mutant> of_rfc_registration();
std::vector<Mutant> of_rfc_flows();
std::vector<Mutant> of_yealink();
std::vector<Mutant> of_yealink_dns();
std::vector<Mutant> of_yealink_static_dns();
std::vector<Mutant> of_yealink_server_pair();
std::vector<Mutant> of_yealink_failback();
std::vector<Mutant> of_yealink_later_guides();
std::vector<Mutant> of_yealink_parameters();
std::vector<Mutant> of_yealink_registration();
std::vector<Mutant> of_yealink_calls();
std::vector<Mutant> of_aastra_backup();
std::vector<Mutant> of_aastra_srv();
std::vector<Mutant> of_aastra_outbound_proxy();
std::vector<Mutant> of_aastra_flows();
std::vector<Mutant> of_aastra_configuration();
std::vector<Mutant> of_audiocodes_failover();
std::vector<Mutant> of_two_ways();

}  // namespace twinline::mutants
