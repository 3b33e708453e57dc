// The good files and the folder they are written to.
#include "tests/scenario/files.hh"

#include "rig/scenario/catalogue.hh"

#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>
#include <system_error>

namespace twinline::scenario::test {

const std::string_view topology_text = R"(id: pair
domain: pbx.test
hosts:
  primary: {address: 192.0.2.11, runs: kamailio}
  secondary: {address: 192.0.2.12, runs: kamailio}
  dns: {address: 192.0.2.2, runs: dns}
zone: |
  $ORIGIN pbx.test.
  @ IN SOA dns hostmaster 1 3600 600 86400 60
users: [{name: "1001", password: secret}]
grants: 10 min
)";

const std::string_view scenario_text = R"(id: generic/register/move
title: Moves on
story: The primary is silent.
vendor: generic
feature: register
tier: 2
tags: [udp-schedule]
clauses: [C-3]
topology: pair
config: |
  account.1.user = 1001
events:
  first-try: {request: REGISTER, to: primary}
  next-try: {request: REGISTER, to: secondary, after: first-try, nth: 2}
  home: {response: 2xx, of: REGISTER, from: any}
timeline:
  - {at: start, do: silence primary}
  - {at: start + 200 ms, do: power on}
  - {at: home + 5 s, do: end}
limit: 2 min
expect:
  - clause: C-1
    says: it repeats
    schedule: first-try
    at: [0 s, 500 ms, 1.5 s]
    tolerance: 50 ms + 5 %
  - clause: C-2
    says: it moves on
    see: next-try
    after: first-try
    within: [31.9 s, 33 s]
    when: {count: sends}
  - clause: C-2
    says: it leaves the primary alone
    never: {request: any, to: primary}
    after: next-try
    until: home
  - clause: C-1
    says: it sends a few
    count: {request: REGISTER, to: primary, send: 1}
    at_least: 1
    at_most: 3
  - {clause: C-1, says: branches differ, differ: [branch], of: [first-try, next-try]}
  - {clause: C-1, says: one call, equal: [call_id, from_tag], of: [first-try, next-try]}
  - {clause: C-1, says: it counts, rises: cseq, by: 1, of: [first-try, next-try]}
  - {clause: C-1, says: unique, unique: branch}
)";

const std::string_view clauses_text = R"(document: RFC 3261
clauses:
  - {id: C-1, section: 17.1, level: must, kind: behaviour, statement: repeats}
  - {id: C-2, section: "10", level: should, kind: behaviour, statement: moves on, readings: [count]}
  - {id: C-3, document: RFC 3263, section: 4, level: observed, kind: limitation, statement: none, argued: no phone does}
)";

const std::string_view readings_text = R"(readings:
  - id: count
    question: Sends or repeats?
    values:
      - {value: sends, meaning: all of them}
      - {value: repeats, meaning: without the first}
    default: repeats
    why: The text says so.
    clauses: [C-2]
)";

const std::string_view device_text = R"(id: soft
title: A soft phone
vendors: [generic]
capabilities: [register]
needs: [{program: soft, remedy: apt-get install soft}]
files:
  config: |
    user {{account.1.user}}
start: [soft, -f, "{{dir}}"]
stop_signal: INT
boot: 1.5 s
)";

Folder::Folder() {
    std::string name = ::testing::TempDir() + "scenario-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) {
        throw std::system_error(errno, std::generic_category(), "mkdtemp " + name);
    }
    path_ = name;
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path Folder::write(std::string_view name, std::string_view text) const {
    std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return file;
}

std::string changed(std::string_view text, std::string_view from, std::string_view to) {
    std::string result(text);
    std::size_t at = result.find(from);
    if (at == std::string::npos || result.find(from, at + 1) != std::string::npos) {
        throw std::logic_error("not exactly once in the file: " + std::string(from));
    }
    return result.replace(at, from.size(), to);
}

std::vector<std::string> faults_of(const Folder& folder, const std::function<void()>& load) {
    std::vector<std::string> texts;
    try {
        load();
    } catch (const BadInput& bad) {
        std::string prefix = folder.path().string() + "/";
        for (const Fault& fault : bad.faults()) {
            std::string text = fault.to_string();
            texts.push_back(text.starts_with(prefix) ? text.substr(prefix.size()) : text);
        }
    }
    return texts;
}

}  // namespace twinline::scenario::test
