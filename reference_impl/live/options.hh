// The command line of the reference phone, the same in twinline-phone and in `twinline phone`.
#pragma once

#include "reference_impl/live/run_phone.hh"

namespace CLI {
class App;
}

namespace twinline::live {

// `options` must outlive the parsing.
void add_phone_options(CLI::App& app, PhoneOptions& options);

}  // namespace twinline::live
