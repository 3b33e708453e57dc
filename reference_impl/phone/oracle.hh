// Who answers the phone where no clause does: `reading` where a document is open (the same answer
// all its life), `choice` where the phone is free. The seeded oracle serves lab and virtual time;
// the adopting one follows a device that was seen.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace twinline::phone {

class Oracle;

// An open question, whose answer can only be compared. So it is known what a phone tells apart:
// two answers that it never does are one and the same to it.
class Reading {
  public:
    Reading(Oracle& oracle, std::string_view id) : oracle_(oracle), id_(id) {}

    bool operator==(std::string_view answer) const;

  private:
    Oracle& oracle_;
    std::string_view id_;
};

// What is chosen, and for whom, where several choose: "refresh-ppm" of "1 at pbx.test". One's
// choices have an order, those of different ones have none.
struct Choice {
    std::string_view id;
    std::string_view of{};
};

class Oracle {
  public:
    virtual ~Oracle() = default;

    // The open question of this id in the readings file; `id` must outlive the value.
    Reading reading(std::string_view id) { return {*this, id}; }
    // Whether the answer to the question is this one.
    virtual bool is(std::string_view id, std::string_view answer) = 0;
    // A number in [low, high], both included.
    virtual std::uint64_t choice(const Choice& what, std::uint64_t low, std::uint64_t high) = 0;
};

inline bool Reading::operator==(std::string_view answer) const { return oracle_.is(id_, answer); }

class SeededOracle : public Oracle {
  public:
    struct Asked {
        std::string id;
        std::string is;      // the answer that was asked for
        std::string answer;  // the answer there is; empty: none was given
    };

    explicit SeededOracle(std::uint64_t seed,
                          std::map<std::string, std::string, std::less<>> readings = {});

    bool is(std::string_view id, std::string_view answer) override;
    // The nth of each is drawn alike, whatever was drawn of others before.
    std::uint64_t choice(const Choice& what, std::uint64_t low, std::uint64_t high) override;
    // What was asked so far, each once, in its order.
    const std::vector<Asked>& asked() const { return asked_; }

  private:
    std::uint64_t seed_;
    std::unordered_map<std::uint64_t, std::uint64_t> drawn_;  // by what, how often
    std::map<std::string, std::string, std::less<>> readings_;
    std::vector<Asked> asked_;
};

// Chooses as a device was seen to do, and by the seed where nobody saw it.
class AdoptingOracle : public SeededOracle {
  public:
    // By what is chosen ("refresh-ppm 1 at pbx.test"), in the order in which they were made.
    using Choices = std::map<std::string, std::vector<std::uint64_t>, std::less<>>;
    // It might have been any number in [low, high].
    struct Made {
        Choice what;
        std::uint64_t chosen, low, high;
    };
    using Tell = std::function<void(const Made&)>;

    // `tell` hears of every choice as it is made.
    AdoptingOracle(std::uint64_t seed, std::map<std::string, std::string, std::less<>> readings,
                   Choices choices, Tell tell)
        : SeededOracle(seed, std::move(readings)),
          choices_(std::move(choices)),
          tell_(std::move(tell)) {}

    std::uint64_t choice(const Choice& what, std::uint64_t low, std::uint64_t high) override;

  private:
    Choices choices_;
    std::map<std::string, std::size_t, std::less<>> made_;
    Tell tell_;
};

}  // namespace twinline::phone
