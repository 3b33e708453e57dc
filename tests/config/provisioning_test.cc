// Where a phone looks for its configuration, in each vendor's words; and what is no such place.
#include "reference_impl/config/provisioning.hh"

#include "tests/config/loading.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinline::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Loaded load_generic(const std::string& text) { return load(Vendor::generic, "a.cfg", text); }

TEST(Provisioning, IsConfiguredInTheGenericProfile) {
    const auto loaded = load_generic(
        "provisioning.url = ftp://cfg.test:2121/phones/\nprovisioning.files = a.cfg, {mac}.cfg\n"
        "provisioning.firmware = fw.bin\n");
    ASSERT_THAT(loaded.errors, IsEmpty());
    const auto& service = loaded.config.provisioning;
    EXPECT_EQ(service.protocol, DownloadProtocol::ftp);
    EXPECT_EQ(service.host, "cfg.test");
    EXPECT_EQ(service.port, 2121);
    EXPECT_EQ(service.path, "phones");
    EXPECT_THAT(service.files, ElementsAre("a.cfg", "{mac}.cfg"));
    EXPECT_EQ(service.firmware, "fw.bin");
}

TEST(Provisioning, OfYealinkNamesTheFilesOfItsModel) {  // YL-PROV-01
    for (const auto* key : {"static.auto_provision.server.url", "auto_provision.server.url"}) {
        const auto loaded =
            load(Vendor::yealink, "a.cfg", std::string(key) + " = tftp://cfg.test\n");
        ASSERT_THAT(loaded.errors, IsEmpty());
        EXPECT_EQ(loaded.config.provisioning.protocol, DownloadProtocol::tftp);
        EXPECT_EQ(loaded.config.provisioning.host, "cfg.test");
        EXPECT_THAT(loaded.config.provisioning.files,
                    ElementsAre("y000000000028.cfg", "{mac}.cfg"));
    }
    const auto other = load(Vendor::yealink, "a.cfg", "", {"SIP-T48S", 81});
    EXPECT_THAT(other.config.provisioning.files, ElementsAre("y000000000065.cfg", "{mac}.cfg"));
}

TEST(Provisioning, OfAastraIsTheServerOfTheChosenProtocol) {  // AA-CFG-04
    const std::string all =
        "tftp server: t.test\nftp server: f.test\nftp path: /a/b/\nhttp server: h.test\n"
        "http port: 8080\nhttps server: s.test\nhttps path: x\n";
    const auto of = [&](const std::string& protocol) {
        auto loaded = load(Vendor::aastra, "aastra.cfg", all + "download protocol: " + protocol);
        EXPECT_THAT(loaded.errors, IsEmpty());
        return loaded.config.provisioning;
    };
    EXPECT_EQ(of("TFTP").host, "t.test");
    EXPECT_EQ(of("FTP").path, "a/b");
    EXPECT_EQ(of("http").port, 8080);
    EXPECT_EQ(of("HTTPS").host, "s.test");
    EXPECT_EQ(of("HTTPS").protocol, DownloadProtocol::https);
    EXPECT_THAT(of("HTTPS").files, ElementsAre("aastra.cfg", "{MAC}.cfg"));
    EXPECT_EQ(load(Vendor::aastra, "aastra.cfg", all).config.provisioning.host, "t.test");
    EXPECT_EQ(load(Vendor::aastra, "aastra.cfg", "tftp server: 0.0.0.0").config.provisioning.host,
              "");
}

TEST(Provisioning, TellsWhatIsNoUrl) {
    for (const std::string url :
         {"gopher://cfg.test", "http://", "http://user@cfg.test", "http://cfg.test:0",
          "http://cfg.test:65536", "http://cfg.test/../x", "http://cfg.test/%2e%2e/x",
          "http://cfg.test/a b", "http://cfg_test/%00"}) {
        EXPECT_FALSE(parse_download_url(url)) << url;
        const auto loaded = load_generic("provisioning.url = " + url + "\n");
        ASSERT_THAT(loaded.errors, SizeIs(1)) << url;
        EXPECT_THAT(loaded.errors.front().text,
                    HasSubstr("permitted is http, https, ftp or tftp://HOST[:PORT][/PATH]"));
    }
    EXPECT_EQ(parse_download_url("cfg.test/x")->protocol, DownloadProtocol::http);
    EXPECT_EQ(parse_download_url("HTTPS://CFG.test")->host, "cfg.test");
    EXPECT_FALSE(parse_download_url("http://" + std::string(2000, 'a')));
}

TEST(Provisioning, KnowsThePathsThatLeadUpwards) {
    for (const auto* path : {"..", "a/..", "../a", "a/../b", "a/%2E%2e/b", "%2e./a", "a%2f..%2fb",
                             "a\\..\\b", "a\nb", "a%00b", "%252e%5c"})
        EXPECT_EQ(is_safe_path(path), std::string_view(path) == "%252e%5c") << path;
    for (const auto* path : {"", "a", "a/b.cfg", "..a", "a..", "a/...", "a?x=../y"})
        EXPECT_TRUE(is_safe_path(path)) << path;
}

}  // namespace
}  // namespace twinline::config
