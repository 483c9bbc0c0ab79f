// A file under a temporary name, which gets its real name once it is complete. Until then it vanishes with
// the object, and also if a signal ends the program.
//
// The temporary name is ".NAME.portproof-" and six random letters, in the folder of the real one. A file with
// such a name was left by a run that was killed (SIGKILL, a power cut); nothing else uses such names.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace portproof {

class TemporaryFile {
 public:
  // `path` is what the file is to be called.
  explicit TemporaryFile(const std::string& path);
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile();

  // The descriptor to write to; -1 if the file could not be created, for the reason `fault` (errno).
  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] int fault() const { return fault_; }

  // Gives the file its real name, once its bytes are on disk. 0, or the reason why not (errno).
  int keep();

 private:
  void create();

  std::string path_;
  std::string name_;
  std::optional<std::size_t> noted_;  // where a signal finds the name
  int descriptor_{-1};
  int fault_{0};
  bool kept_{false};
};

// From now on, SIGINT, SIGTERM and SIGHUP remove all temporary files before they end the program. A signal
// that is ignored stays ignored. Call it once, before any thread is started.
void remove_temporaries_on_signals();

// The temporary name without its random letters. A name that would be too long is cut.
std::string temporary_prefix(const std::string& path);

// The NAME of a temporary file, which is given without its folder; nothing for other files.
std::optional<std::string> name_of_temporary(std::string_view file);

}  // namespace portproof
