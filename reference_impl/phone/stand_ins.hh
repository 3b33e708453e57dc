// Which server stands in for which: the ways of an account's requests in the order in which they
// are tried, as Aastra's pages set them out by what is configured (AA-BPR-02, AA-OBP-10 to
// AA-OBP-32). The other vendors' ways have one leg here; what they have beside it is the line's.
#pragma once

#include "reference_impl/phone/route.hh"

#include <vector>

namespace twinline::phone {

struct StandIns {
    // Each has its place: 0 the first choice, 1 what stands in for it.
    std::vector<Route::Leg> registrars;
    std::vector<Route::Leg> proxies;  // for INVITE and SUBSCRIBE
    // Registration, calls and subscriptions move as one (AA-OBP-21, AA-OBP-31); else the registrar
    // and the proxy are replaced each for itself (AA-OBP-11, AA-OBP-12).
    bool move_together = false;
    // The address of record is that of the backup proxy while that is in use (AA-OBP-12,
    // AA-OBP-21).
    bool renames_user = false;
    // What asks for the move as one, and for the return.
    const char* move_clause = nullptr;
    const char* return_clause = nullptr;
    // The way to the proxy is the way to the registrar (EXT-AA-OUT-01): what is known of one flow
    // is known of both.
    bool shares_flow = false;
};

StandIns stand_ins(const Context& context, const config::Account& account);

// Whether a 503 over this leg says that there is another server to turn to: readings
// connection-failure-signal and outbound-only-failure.
bool unavailable_moves(const Context& context, const config::Account& account,
                       const Route::Leg& leg);

}  // namespace twinline::phone
