// Seeded damage; see fuzz.hh.
#include "tests/decode/fuzz.hh"

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace twinline::test {

std::mt19937::result_type fuzz_seed() {
    const char* wanted = std::getenv("TWINLINE_SEED");
    const auto seed = wanted == nullptr ? std::random_device{}()
                                        : static_cast<unsigned>(std::strtoul(wanted, nullptr, 10));
    std::cout << "TWINLINE_SEED=" << seed << std::endl;
    return seed;
}

void mutate(std::string& bytes, std::mt19937& random) {
    constexpr std::string_view spice(
        "\r\n \t:;,<>\"\\@%=/*?()[]\0\x7f\xc3\xff"
        "0SIP",
        29);
    const std::size_t at = random() % (bytes.size() + 1);
    switch (random() % 4) {
        case 0:
            bytes.insert(at, 1, spice[random() % spice.size()]);
            break;
        case 1:
            bytes.erase(at, 1 + random() % 4);
            break;
        case 2:
            bytes.insert(at, bytes.substr(random() % (bytes.size() + 1), random() % 40));
            break;
        default:
            if (at < bytes.size()) {
                bytes[at] = static_cast<char>(random());
            }
    }
}

}  // namespace twinline::test
