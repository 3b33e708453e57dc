// A certificate's container: a tar file, compressed with gzip, that every tool opens. The same
// files in the same order give the same octets.
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace twinline::reports {

// A file that was not closed is removed again.
class ArchiveWriter {
  public:
    explicit ArchiveWriter(std::filesystem::path file);
    ~ArchiveWriter();
    ArchiveWriter(const ArchiveWriter&) = delete;
    ArchiveWriter& operator=(const ArchiveWriter&) = delete;

    void add(const std::string& name, std::string_view octets);
    void add_file(const std::string& name, const std::filesystem::path& file);
    void close();

  private:
    void header(const std::string& name, std::uint64_t size);
    void data(std::string_view octets);
    [[noreturn]] void fail(const std::string& attempt) const;

    struct Free {
        void operator()(archive* a) const noexcept { archive_write_free(a); }
    };
    std::filesystem::path file_;
    std::unique_ptr<archive, Free> archive_;
};

struct ArchiveEntry {
    std::string name;
    std::uint64_t size = 0;
    bool is_file = true;  // false: a link, a folder, a device
};

// Reads one entry after the other, as they lie there. Throws scenario::BadInput for what is no such
// archive.
class ArchiveReader {
  public:
    explicit ArchiveReader(std::filesystem::path file);

    std::optional<ArchiveEntry> next();
    // The octets of the entry that next() gave, in pieces.
    void read(const std::function<void(std::string_view)>& take);

  private:
    [[noreturn]] void refuse() const;

    struct Free {
        void operator()(archive* a) const noexcept { archive_read_free(a); }
    };
    std::filesystem::path file_;
    std::unique_ptr<archive, Free> archive_;
};

}  // namespace twinline::reports
