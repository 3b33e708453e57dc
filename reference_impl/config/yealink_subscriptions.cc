// The parameters of subscriptions, which the redundancy guide presupposes and does not name
// (EXT-YL-20): waiting messages, busy lamp fields on line keys, shared lines.
#include "reference_impl/config/yealink_parameters.hh"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace twinline::config {

namespace {

constexpr unsigned line_keys = 99;

template <typename Value>
StoreNumber to(Value SubscriptionSettings::*member) {
    return [member](Draft& draft, Index index, std::uint32_t number) {
        draft.subscriptions[index].*member = static_cast<Value>(number);
    };
}

StoreNumber to(unsigned LineKey::*member) {
    return [member](Draft& draft, Index index, std::uint32_t number) {
        draft.line_keys[index].*member = number;
    };
}

}  // namespace

std::vector<Parameter> yealink_subscription_parameters(const YealinkPhone& phone) {
    using Settings = SubscriptionSettings;
    const Indices accounts{1, phone.accounts};
    const Indices keys{1, line_keys};
    std::vector<Parameter> table{
        one_of("account.X.subscribe_mwi", accounts, {"0", "1"}, to(&Settings::mwi)),
        integer("account.X.subscribe_mwi_expires", accounts, 0, 84600, to(&Settings::mwi_expires)),
        one_of("account.X.subscribe_mwi_to_vm", accounts, {"0", "1"},
               to(&Settings::mwi_of_mailbox)),
        sip_user("voice_mail.number.X", accounts,
                 [](Draft& draft, Index index, std::string_view number) {
                     draft.subscriptions[index].mailbox = number;
                 }),
        integer("account.X.blf.subscribe_period", accounts, 30, 2147483647,
                to(&Settings::blf_expires)),
        integer("account.X.shared_line", accounts, 0, 9,
                [](Draft& draft, Index index, std::uint32_t kind) {
                    draft.subscriptions[index].shared_line = kind == 1;
                }),
        integer("account.X.sub_fail_retry_interval", accounts, 0, 3600,
                [](Draft& draft, Index index, std::uint32_t seconds) {
                    draft.subscriptions[index].retry = std::chrono::seconds(std::max(seconds, 1U));
                }),
        integer("linekey.X.type", keys, 0, 999, to(&LineKey::type)),
        integer("linekey.X.line", keys, 0, 999, to(&LineKey::account)),
        text("linekey.X.value", keys,
             [](Draft& draft, Index index, std::string_view value) {
                 draft.line_keys[index].value = value;
             }),
    };
    for (auto& parameter : table) {
        parameter.external = true;
        parameter.index_limit =
            parameter.name.starts_with("linekey.")
                ? fmt::format("line keys are numbered 1 to {}", line_keys)
                : fmt::format("{} has accounts 1 to {}", phone.model, phone.accounts);
    }
    return table;
}

}  // namespace twinline::config
