// libarchive does the formats; names, owners and times are set so that nothing of the machine that
// packed is in the file.
#include "reports/archive.hh"

#include "rig/scenario/catalogue.hh"

#include <array>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace twinline::reports {

namespace {

constexpr std::size_t block = 64 * 1024;

struct FreeEntry {
    void operator()(archive_entry* entry) const noexcept { archive_entry_free(entry); }
};

}  // namespace

ArchiveWriter::ArchiveWriter(std::filesystem::path file)
    : file_(std::move(file)), archive_(archive_write_new()) {
    if (archive_write_set_format_pax_restricted(archive_.get()) != ARCHIVE_OK ||
        archive_write_add_filter_gzip(archive_.get()) != ARCHIVE_OK ||
        archive_write_set_options(archive_.get(), "gzip:!timestamp") != ARCHIVE_OK ||
        archive_write_open_filename(archive_.get(), file_.c_str()) != ARCHIVE_OK)
        fail("open");
}

ArchiveWriter::~ArchiveWriter() {
    if (!archive_) return;
    archive_.reset();
    std::error_code nothing_to_do;
    std::filesystem::remove(file_, nothing_to_do);
}

void ArchiveWriter::header(const std::string& name, std::uint64_t size) {
    const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_mtime(entry.get(), 0, 0);
    if (archive_write_header(archive_.get(), entry.get()) != ARCHIVE_OK) fail("write");
}

void ArchiveWriter::data(std::string_view octets) {
    if (archive_write_data(archive_.get(), octets.data(), octets.size()) !=
        static_cast<la_ssize_t>(octets.size()))
        fail("write");
}

void ArchiveWriter::add(const std::string& name, std::string_view octets) {
    header(name, octets.size());
    data(octets);
}

void ArchiveWriter::add_file(const std::string& name, const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error("read " + file.string() + " failed");
    header(name, std::filesystem::file_size(file));
    std::array<char, block> octets{};
    while (in.read(octets.data(), octets.size()), in.gcount() > 0)
        data({octets.data(), static_cast<std::size_t>(in.gcount())});
    if (in.bad()) throw std::runtime_error("read " + file.string() + " failed");
}

void ArchiveWriter::close() {
    if (archive_write_close(archive_.get()) != ARCHIVE_OK) fail("write");
    archive_.reset();
}

void ArchiveWriter::fail(const std::string& attempt) const {
    throw std::runtime_error(attempt + " " + file_.string() +
                             " failed: " + archive_error_string(archive_.get()));
}

ArchiveReader::ArchiveReader(std::filesystem::path file)
    : file_(std::move(file)), archive_(archive_read_new()) {
    archive_read_support_filter_gzip(archive_.get());
    archive_read_support_format_tar(archive_.get());
    if (archive_read_open_filename(archive_.get(), file_.c_str(), block) != ARCHIVE_OK) refuse();
}

std::optional<ArchiveEntry> ArchiveReader::next() {
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(archive_.get(), &entry);
    if (result == ARCHIVE_EOF) return std::nullopt;
    if (result != ARCHIVE_OK) refuse();
    const char* name = archive_entry_pathname(entry);
    return ArchiveEntry{name == nullptr ? "" : name,
                        static_cast<std::uint64_t>(archive_entry_size(entry)),
                        archive_entry_filetype(entry) == AE_IFREG};
}

void ArchiveReader::read(const std::function<void(std::string_view)>& take) {
    std::array<char, block> octets{};
    for (;;) {
        const auto count = archive_read_data(archive_.get(), octets.data(), octets.size());
        if (count == 0) return;
        if (count < 0) refuse();
        take({octets.data(), static_cast<std::size_t>(count)});
    }
}

void ArchiveReader::refuse() const {
    const char* reason = archive_error_string(archive_.get());
    throw scenario::BadInput(
        {{{file_.string(), 0},
          std::string("is no certificate, or a damaged one: ") +
              (reason == nullptr ? "it cannot be read as a compressed tar file" : reason)}});
}

}  // namespace twinline::reports
