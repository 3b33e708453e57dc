// What is asked to prove a fault, once for both worlds and for the judge: the host's own question
// as ever, and where the fault has another side, that too.
#pragma once

#include "rig/scenario/scenario.hh"

#include <string>
#include <string_view>
#include <vector>

namespace twinline::scenario {

// One probe of a fault, in each of its phases.
struct Inquiry {
    enum class Asks {
        as_ever,   // for its options, its zone or a file
        over_tcp,  // a name server for its zone, over a connection
        over_tls,  // a server of SIP for its options, where its certificate is to be trusted
        several,   // a name server for a name with several records
        outward,   // nobody: the host itself sends a packet towards the subject's probe
        once       // as ever, and never again, for each packet counts
    };

    Asks asks = Asks::as_ever;
    // How long its answer may take on top of what any may.
    timeline::Duration longer{};
    // Of several that are asked in a row while the fault holds, which, and how long after the
    // first; before and after it that one is enough.
    unsigned nth = 1;
    timeline::Duration later{};

    // "during", "during over tcp", "during 2".
    std::string phase(std::string_view when) const;
};

// Whether others than the subject meet it too.
bool is_everybodys(const Treatment& treatment);
std::vector<Inquiry> inquiries(const Host& host, const Treatment& treatment);

}  // namespace twinline::scenario
