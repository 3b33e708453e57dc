// Parameters that the vendor's files have and the guide does not mention: nothing of what they
// change is ever demanded of a device.
#include "reference_impl/config/yealink_parameters.hh"

namespace twinline::config {

namespace {

Parameter flag(const char* name, bool PhoneConfig::*member) {
    return one_of(name, {}, {"0", "1"}, [member](Draft& draft, Index, std::uint32_t on) {
        draft.config.*member = on == 1;
    });
}

}  // namespace

std::vector<Parameter> yealink_parameters_beyond_the_guide() {
    return {flag("security.trust_certificates", &PhoneConfig::checks_certificates),
            flag("security.cn_validation", &PhoneConfig::checks_names)};
}

}  // namespace twinline::config
