// Parameters that the vendor's files have and the guide does not mention: nothing of what they
// change is ever demanded of a device, but for the timers of SIP, which another guide has.
#include "reference_impl/config/yealink_parameters.hh"

namespace twinline::config {

namespace {

Parameter flag(const char* name, bool PhoneConfig::*member) {
    return one_of(name, {}, {"0", "1"}, [member](Draft& draft, Index, std::uint32_t on) {
        draft.config.*member = on == 1;
    });
}

// EXT-YL-12
Parameter timer(const char* name, std::uint32_t low, std::uint32_t high,
                decltype(SipTimers::t1) SipTimers::*member) {
    return decimal_seconds(
        name, {}, low, high, [member](Draft& draft, Index, std::uint32_t milliseconds) {
            draft.config.timers.*member = std::chrono::milliseconds(milliseconds);
        });
}

}  // namespace

std::vector<Parameter> yealink_parameters_beyond_the_guide() {
    const auto url = [](Draft& draft, Index, std::string_view value) {
        draft.config.provisioning =
            provisioning_at(*parse_download_url(value), draft.config.provisioning);
    };
    return {download_url("static.auto_provision.server.url", {}, url),
            download_url("auto_provision.server.url", {}, url),
            download_url("static.firmware.url", {},
                         [](Draft& draft, Index, std::string_view value) {
                             draft.config.provisioning.firmware = parse_download_url(value)->path;
                         }),
            timer("sip.timer_t1", 500, 10'000, &SipTimers::t1),
            timer("sip.timer_t2", 2000, 40'000, &SipTimers::t2),
            timer("sip.timer_t4", 2500, 60'000, &SipTimers::t4),
            flag("security.trust_certificates", &PhoneConfig::checks_certificates),
            flag("security.cn_validation", &PhoneConfig::checks_names)};
}

}  // namespace twinline::config
