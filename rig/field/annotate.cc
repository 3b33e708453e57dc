// Frame numbers stay what they were.
#include "rig/field/annotate.hh"

#include "probes/capture/capture_file.hh"
#include "probes/capture/pcapng_writer.hh"

#include <fstream>
#include <optional>
#include <stdexcept>

namespace twinline::field {

void annotate(const std::filesystem::path& capture, const std::filesystem::path& file,
              const std::map<std::uint64_t, std::string>& comments, const std::string& keys) {
    std::error_code error;
    if (std::filesystem::equivalent(capture, file, error))
        throw std::runtime_error("write " + file.string() + ": it is the capture itself");
    std::ifstream in(capture, std::ios::binary);
    capture::CaptureFile source(in);
    std::optional<capture::PcapngWriter> writer;
    std::size_t known_secrets = 0;
    timeline::LinkType link{};
    while (const auto frame = source.next()) {
        if (!writer) {
            link = frame->link;
            writer.emplace(file.string(), "capture", link,
                           source.origin().value_or(capture::Origin{}));
            if (!keys.empty()) writer->write_secrets(keys);
        }
        if (frame->link != link)
            throw std::runtime_error("write " + file.string() +
                                     ": the capture has several link types, which is one too many");
        if (const auto& secrets = source.notes().secrets; secrets.size() > known_secrets) {
            writer->write_secrets(std::string_view(secrets).substr(known_secrets));
            known_secrets = secrets.size();
        }
        const auto found = comments.find(frame->number);
        auto comment = source.comment();
        if (found != comments.end()) comment += (comment.empty() ? "" : "\n") + found->second;
        writer->write(*frame, comment);
    }
    if (writer) writer->close();
}

}  // namespace twinline::field
