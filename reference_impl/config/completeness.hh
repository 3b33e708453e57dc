// What the parameters of a draft must say together, whatever the syntax they were written in.
#pragma once

#include "reference_impl/config/loader.hh"
#include "reference_impl/config/parameter.hh"

#include <initializer_list>
#include <string>
#include <string_view>

namespace twinline::config {

// An account that is switched on needs somebody to register and somewhere to do it: `words` are the
// ends of the parameters that say so, "user" of "account.1.user".
void require(const Draft& draft, const Account& account,
             std::initializer_list<std::string_view> words, std::string_view file, Loaded& loaded);

// Warns, at the line of `key`, that it has no effect without `other`; nothing when it is not given.
void warn_without(const Draft& draft, const std::string& key, std::string_view other,
                  std::string_view file, Loaded& loaded);

// Hands over the configuration, with the notices in the order of their lines.
void complete(Loaded& loaded, PhoneConfig config);

}  // namespace twinline::config
