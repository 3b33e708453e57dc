// The grammar of pytest's -k, so that one expression selects the same scenarios on both command
// lines. It is turned into postfix with a stack of its own: no expression can exhaust the
// program's.
#include "rig/scenario/catalogue.hh"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace twinline::scenario {

namespace {

// Operators in postfix_ are single characters that no word may hold.
constexpr std::string_view op_or = "|", op_and = "&", op_not = "!", open = "(", close = ")";

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

bool is_word_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_:+-.[]\\/").find(c) != std::string_view::npos;
}

struct Token {
    std::string text;  // an operator, a parenthesis, a lower-case word, or empty at the end
    std::size_t column = 1;
    bool is_word = false;
};

class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    Token next() {
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0)
            ++at_;
        std::size_t begin = at_;
        if (at_ == text_.size()) return {"", begin + 1, false};
        if (text_[at_] == '(' || text_[at_] == ')')
            return {std::string(1, text_[at_++]), begin + 1, false};
        while (at_ < text_.size() && is_word_char(text_[at_])) ++at_;
        if (at_ == begin) {
            throw std::invalid_argument("column " + std::to_string(begin + 1) +
                                        ": unexpected character \"" + std::string(1, text_[at_]) +
                                        "\"; allowed are words, and, or, not and parentheses");
        }
        std::string_view word = text_.substr(begin, at_ - begin);
        if (word == "or") return {std::string(op_or), begin + 1, false};
        if (word == "and") return {std::string(op_and), begin + 1, false};
        if (word == "not") return {std::string(op_not), begin + 1, false};
        return {lower(word), begin + 1, true};
    }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
};

int strength(std::string_view op) {
    return op == op_not ? 3 : op == op_and ? 2 : op == op_or ? 1 : 0;
}

[[noreturn]] void refuse(const Token& token, std::string_view allowed) {
    std::string got = token.text;
    if (got == op_or) got = "or";
    if (got == op_and) got = "and";
    if (got == op_not) got = "not";
    throw std::invalid_argument("column " + std::to_string(token.column) + ": " +
                                (got.empty() ? "the expression ends" : "\"" + got + "\"") +
                                "; allowed here is " + std::string(allowed));
}

class Parser {
  public:
    explicit Parser(std::string_view text) : scanner_(text) {}

    std::vector<std::string> postfix() {
        Token token = scanner_.next();
        if (token.text.empty()) return {};  // as pytest: no expression selects everything
        for (bool operand = true;; token = scanner_.next()) {
            if (operand) {
                if (token.is_word) {
                    out_.push_back(token.text);
                    operand = false;
                } else if (token.text == op_not || token.text == open) {
                    stack_.push_back(token.text);
                } else {
                    refuse(token, "a word, not or (");
                }
            } else if (token.text == op_and || token.text == op_or) {
                pop_while_stronger(strength(token.text));
                stack_.push_back(token.text);
                operand = true;
            } else if (token.text == close || token.text.empty()) {
                if (close_group(token)) return std::move(out_);
            } else {
                refuse(token, "and, or, ) or the end");
            }
        }
    }

  private:
    void pop_while_stronger(int least) {
        while (!stack_.empty() && strength(stack_.back()) >= least) {
            out_.push_back(std::move(stack_.back()));
            stack_.pop_back();
        }
    }

    // True when the expression is complete.
    bool close_group(const Token& token) {
        pop_while_stronger(1);
        bool at_end = token.text.empty();
        if (at_end && stack_.empty()) return true;
        if (at_end) refuse(token, "), since a ( is open");
        if (stack_.empty()) refuse(token, "and, or or the end, since no ( is open");
        stack_.pop_back();
        return false;
    }

    Scanner scanner_;
    std::vector<std::string> out_, stack_;
};

bool contains_word(const std::vector<std::string>& words, std::string_view wanted) {
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
        return lower(word).find(wanted) != std::string::npos;
    });
}

}  // namespace

Selection::Selection(std::string_view expression) : postfix_(Parser(expression).postfix()) {}

bool Selection::matches(const Scenario& scenario) const {
    std::vector<std::string> words{scenario.id, scenario.vendor, scenario.feature};
    words.insert(words.end(), scenario.tags.begin(), scenario.tags.end());
    return matches(words);
}

bool Selection::matches(const std::vector<std::string>& words) const {
    if (postfix_.empty()) return true;
    std::vector<bool> stack;
    for (const std::string& item : postfix_) {
        if (item == op_not) {
            stack.back() = !stack.back();
        } else if (item == op_and || item == op_or) {
            bool right = stack.back();
            stack.pop_back();
            stack.back() = item == op_and ? stack.back() && right : stack.back() || right;
        } else {
            stack.push_back(contains_word(words, item));
        }
    }
    return stack.back();
}

}  // namespace twinline::scenario
