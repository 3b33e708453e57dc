// Messages that are kept back wait in two queues, whose deadlines join the phone's own.
#include "reference_impl/mutants/mutant_phone.hh"

#include <algorithm>
#include <utility>

namespace twinline::mutants {

namespace {

class ObstinateOracle : public phone::Oracle {
  public:
    ObstinateOracle(phone::Oracle& usual, std::map<std::string, std::string, std::less<>> readings)
        : usual_(usual), readings_(std::move(readings)) {}

    bool is(std::string_view id, std::string_view answer) override {
        const auto found = readings_.find(id);
        return found == readings_.end() ? usual_.is(id, answer) : found->second == answer;
    }
    std::uint64_t choice(const phone::Choice& what, std::uint64_t low,
                         std::uint64_t high) override {
        return usual_.choice(what, low, high);
    }

  private:
    phone::Oracle& usual_;
    std::map<std::string, std::string, std::less<>> readings_;
};

config::PhoneConfig set(config::PhoneConfig config, const Defect& defect) {
    if (defect.setting != nullptr) defect.setting(config);
    return config;
}

std::unique_ptr<phone::Oracle> obstinate(const config::PhoneConfig& config, const Defect& defect,
                                         phone::Oracle& usual) {
    auto readings = defect.readings;
    if (defect.fickle != nullptr) readings.merge(defect.fickle(config));
    if (readings.empty()) return nullptr;
    return std::make_unique<ObstinateOracle>(usual, std::move(readings));
}

// Takes the first that is due out of the queue.
template <typename Queue>
auto take_due(Queue& queue, wire::Instant now) {
    using Message = decltype(queue.front().message);
    const auto due =
        std::ranges::find_if(queue, [&](const auto& waiting) { return waiting.due <= now; });
    if (due == queue.end()) return std::optional<Message>{};
    std::optional<Message> message(std::move(due->message));
    queue.erase(due);
    return message;
}

// How often the message is to go on now; what is kept back is queued.
template <typename Message, typename Tampers, typename Queue>
unsigned tamper(Message& message, const Tampers& tampers, Memory& memory, Queue& later) {
    unsigned copies = 1;
    wire::Duration late{};
    for (const auto& tampers_with : tampers) {
        const auto fate = tampers_with(message, memory);
        copies *= fate.copies;
        late += fate.late;
        if (copies == 0) return 0;
    }
    if (late == wire::Duration{}) return copies;
    for (unsigned i = 0; i < copies; ++i) later.push_back({memory.now + late, message});
    return 0;
}

}  // namespace

MutantPhone::MutantPhone(config::PhoneConfig config, const Defect& defect, phone::Oracle& oracle)
    : defect_(defect),
      oracle_(obstinate(config, defect, oracle)),
      phone_(set(std::move(config), defect), defect.rules, oracle_ ? *oracle_ : oracle) {}

void MutantPhone::handle(wire::Instant now, const phone::Input& input) {
    memory_.now = now;
    if (defect_.heard.empty()) return phone_.handle(now, input);
    hear(now, input);
}

void MutantPhone::hear(wire::Instant now, phone::Input input) {
    const auto copies = tamper(input, defect_.heard, memory_, heard_later_);
    for (unsigned i = 0; i < copies; ++i) phone_.handle(now, input);
}

void MutantPhone::handle_timeout(wire::Instant now) {
    memory_.now = now;
    while (const auto input = take_due(heard_later_, now)) phone_.handle(now, *input);
    const auto due = phone_.poll_timeout();
    if (due && *due <= now) phone_.handle_timeout(now);
}

std::optional<phone::Output> MutantPhone::poll_output() {
    if (auto output = take_due(sent_later_, memory_.now)) return output;
    while (auto output = phone_.poll_output()) {
        if (defect_.sent.empty()) return output;
        const auto copies = tamper(*output, defect_.sent, memory_, sent_later_);
        for (unsigned i = 1; i < copies; ++i) sent_later_.push_back({memory_.now, *output});
        if (copies > 0) return output;
    }
    return std::nullopt;
}

std::optional<wire::Instant> MutantPhone::poll_timeout() const {
    auto earliest = phone_.poll_timeout();
    const auto consider = [&](wire::Instant due) {
        if (!earliest || due < *earliest) earliest = due;
    };
    for (const auto& waiting : heard_later_) consider(waiting.due);
    for (const auto& waiting : sent_later_) consider(waiting.due);
    return earliest;
}

}  // namespace twinline::mutants
