// The assessments that several tests share.
#include "tests/reports/sample.hh"

namespace twinline::reports::sample {

using judge::Verdict;
using judge::Voice;
using judge::Weight;
using scenario::Level;

const std::string hostile =
    "<script>alert(1)</script>\"><img src=x onerror='alert(2)'>]]>&amp;\x1b[31m\xff\xe2\x80\xae";

judge::Assessment passed() {
    return {.scenario = "generic/register/refresh",
            .title = "A binding is refreshed before it expires",
            .device = "baresip",
            .verdict = Verdict::pass,
            .reason = "all 4 expectations hold",
            .findings = {{.clause = "RFC3261-10.2.4",
                          .text = "the refresh comes before the binding expires",
                          .events = {4},
                          .frames = {11}}},
            .control = {.healthy = true, .text = "the twin did what its shadow predicted"},
            .proofs = {},
            .readings = {},
            .started = "2031-05-04T10:00:00Z",
            .duration_ms = 64250};
}

judge::Assessment failed() {
    return {
        .scenario = "generic/register/failover-silent-primary",
        .title = "A silent primary is left for the secondary when the transaction times out",
        .device = "baresip",
        .verdict = Verdict::fail,
        .reason = "the secondary is tried 63.9 s after the first send; 31.5 to 33 s are allowed",
        .findings = {{.clause = "RFC3263-4.3",
                      .level = Level::must,
                      .voice = Voice::expectation,
                      .weight = Weight::fail,
                      .text = "The secondary is tried when timer F ends the transaction",
                      .events = {18, 24},
                      .frames = {61, 74}},
                     {.clause = "RFC3263-4.2",
                      .level = Level::should,
                      .voice = Voice::shadow,
                      .weight = Weight::deviation,
                      .text = "The reference kept the answer for its TTL, the device asked again",
                      .events = {9},
                      .frames = {30}},
                     {.clause = "",
                      .level = Level::observed,
                      .voice = Voice::proof,
                      .weight = Weight::inconc,
                      .text = "the probe after the fault was answered 1.2 s late",
                      .events = {},
                      .frames = {88}},
                     {.clause = "RFC3261-17.1.2.2",
                      .level = Level::must,
                      .voice = Voice::expectation,
                      .weight = Weight::ok,
                      .text = "Retransmissions follow timer E",
                      .events = {10, 11, 12},
                      .frames = {}}},
        .control = {.healthy = true, .text = "the twin did what its shadow predicted"},
        .proofs = {{.fault = "silence",
                    .host = "primary",
                    .subject = "device",
                    .holds = true,
                    .text = "answered before, unanswered during, answered after",
                    .frames = {3, 40, 88}}},
        .readings = {{"timer-f-start", "first-send"}},
        .started = "2031-05-04T10:01:05Z",
        .duration_ms = 104000.5};
}

judge::Assessment inconclusive() {
    auto a = passed();
    a.scenario = "generic/register/reject-503";
    a.verdict = Verdict::inconc;
    a.reason = "3 frames were dropped by the capture";
    a.control = {.healthy = false, .text = "3 frames dropped"};
    return a;
}

judge::Assessment not_applicable() {
    auto a = passed();
    a.scenario = "generic/dns/naptr-order";
    a.verdict = Verdict::not_applicable;
    a.reason = "baresip lacks the capability dns-naptr";
    a.findings.clear();
    a.duration_ms = 0;
    return a;
}

judge::Assessment broken() {
    auto a = passed();
    a.scenario = "generic/register/unregister";
    a.verdict = Verdict::error;
    a.reason = "reference suspect: the twin broke RFC3261-10.2.2";
    return a;
}

}  // namespace twinline::reports::sample
