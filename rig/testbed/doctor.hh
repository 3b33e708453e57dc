// What this machine can do of what the lab needs, each with the remedy: `twinline doctor`.
#pragma once

#include "rig/scenario/catalogue.hh"

#include <map>
#include <string>
#include <vector>

namespace twinline::testbed {

struct Check {
    std::string check;  // "user namespaces"
    bool ok = false;
    std::string found;   // "kamailio 5.6.3"
    std::string remedy;  // empty when ok
};

// Call it outside the lab's namespaces; it enters them in a child of its own to try.
std::vector<Check> doctor();

// Which of the phones are installed that need to be: the lab does without any of them.
using Devices = std::map<std::string, scenario::Device, std::less<>>;
std::vector<Check> doctor_of_phones(const Devices& devices);

}  // namespace twinline::testbed
