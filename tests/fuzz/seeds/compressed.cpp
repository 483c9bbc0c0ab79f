// Compressed streams and archives.
#include "tests/capture/source/compress.hpp"
#include "tests/fuzz/seeds/frames.hpp"
#include "tests/fuzz/seeds/seeds.hpp"

namespace portproof::test {

void make_compressed(const Corpus& corpus) {
  std::vector<Bytes> frames = session();
  const Bytes capture = pcap_of(frames).bytes();
  const std::vector<PackedFile> files{{"a.cap", capture}, {"README", bytes_of("text")}};
  for (const Compression compression :
       {Compression::gzip, Compression::zstd, Compression::xz, Compression::bzip2, Compression::lz4}) {
    const Bytes one = compressed_with(compression, capture);
    Bytes twice = compressed_with(compression, cut(capture, 20));
    append(twice, compressed_with(compression, {capture.end() - 20, capture.end()}));
    corpus.add(std::string(name(compression)), one);
    corpus.add(std::string(name(compression)) + "-cut", cut(one, one.size() / 3));
    corpus.add(std::string(name(compression)) + "-twice", twice);
    corpus.add("tar-" + std::string(name(compression)),
               compressed_with(compression, packed_with(ArchiveFormat::tar, files)));
  }
  const Bytes zipped = compressed_with(Compression::gzip, capture);
  const Bytes tar = packed_with(ArchiveFormat::tar, {{"a.gz", zipped}});
  corpus.add("tar", tar);
  corpus.add("tar-of-archive",
             packed_with(ArchiveFormat::tar, {{"a.zip", packed_with(ArchiveFormat::zip, {})}}));
  corpus.add("tar-cut", cut(tar, 600));
  corpus.add("zip", packed_with(ArchiveFormat::zip, files));
  corpus.add("zip-of-gzip", packed_with(ArchiveFormat::zip, {{"a.gz", zipped}, {"b.cap", capture}}));
  corpus.add("plain", capture);
}

}  // namespace portproof::test
