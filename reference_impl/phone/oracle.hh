// Who answers the phone where no clause does: `reading` where a document is open (the same answer
// all its life), `choice` where the phone is free. The seeded oracle serves lab and virtual time;
// the shadow adopts a device's choices.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace twinline::phone {

class Oracle {
  public:
    virtual ~Oracle() = default;

    // The value of an open question, by its id in the readings file.
    virtual std::string reading(std::string_view id) = 0;
    // A number in [low, high], both included. `id` says what it is for: "refresh-permille",
    // "srv-weight" ...
    virtual std::uint64_t choice(std::string_view id, std::uint64_t low, std::uint64_t high) = 0;
};

class SeededOracle : public Oracle {
  public:
    explicit SeededOracle(std::uint64_t seed,
                          std::map<std::string, std::string, std::less<>> readings = {});

    std::string reading(std::string_view id) override;
    std::uint64_t choice(std::string_view id, std::uint64_t low, std::uint64_t high) override;
    // The questions that were asked so far, in their order, with the answers given.
    const std::vector<std::pair<std::string, std::string>>& asked() const { return asked_; }

  private:
    std::mt19937_64 random_;
    std::map<std::string, std::string, std::less<>> readings_;
    std::vector<std::pair<std::string, std::string>> asked_;
};

}  // namespace twinline::phone
