// Without a configuration what fits is inferred, and the vendor is guessed from what the phone
// calls itself.
#include "rig/cli/capture_options.hh"

#include "rig/cli/exit_code.hh"
#include "rig/cli/run_directory.hh"

#include <algorithm>

namespace twinline::cli {

void CaptureOptions::add_to(CLI::App& command) {
    command.add_option("CAPTURE", capture, "pcap or pcapng")->required()->check(CLI::ExistingFile);
    command
        .add_option("--config", config,
                    "The phone's own configuration; default: what fits is inferred")
        ->check(CLI::ExistingFile);
    command.add_option("--vendor", vendor,
                       "In whose syntax and by whose documents; default: guessed");
    command.add_option("--firmware", firmware,
                       "Of the phone, as 80; default: that of its document");
    command.add_option("--keys", keys, "A key log for what is said over TLS")
        ->check(CLI::ExistingFile);
}

std::string CaptureOptions::key_log() const { return keys.empty() ? "" : read_whole(keys); }

field::Wanted CaptureOptions::wanted() const { return {.settings = {config, vendor, firmware}}; }

Explained explained(const CaptureOptions& options, const scenario::Catalogue& catalogue,
                    const field::Wanted& wanted) {
    Explained result{field::read_capture(options.capture, options.key_log()), {}};
    result.phones = field::explain(result.capture, catalogue, wanted);
    return result;
}

int exit_where_none_diverges(const std::vector<field::Explanation>& phones) {
    const bool judged = std::ranges::any_of(phones, [](const field::Explanation& told) {
        return told.outcome != field::Outcome::unjudged;
    });
    return judged ? ok : inconclusive;
}

}  // namespace twinline::cli
