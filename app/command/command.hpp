// What a command is: a row in the table of app/commands.cpp.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "app/command/arguments.hpp"
#include "app/command/option.hpp"
#include "capture/base/error.hpp"

namespace portproof {

struct Command {
  CommandId id;
  std::string_view name;
  std::string_view usage;                     // the words after the name
  std::string_view summary;                   // one line for the list of commands
  std::vector<std::string_view> description;  // paragraphs, wrapped where they are printed
  std::vector<std::string_view> examples;     // command lines
  // Returns the exit status, or the Error that ends the command.
  Expected<int> (*run)(const Arguments& arguments);
};

// All commands, in the order in which help lists them. They live as long as the program.
std::span<const Command> commands();

// The command of this name. Error of kind usage for any other, with the nearest one.
Expected<const Command*> command_named(std::string_view name);

// What the rows run, each in app/NAME.cpp.
Expected<int> audit_command(const Arguments& arguments);
Expected<int> watch_command(const Arguments& arguments);
Expected<int> judge_command(const Arguments& arguments);
Expected<int> flows_command(const Arguments& arguments);
Expected<int> merge_command(const Arguments& arguments);
Expected<int> discover_command(const Arguments& arguments);
Expected<int> explain_command(const Arguments& arguments);
Expected<int> catalog_command(const Arguments& arguments);
Expected<int> help_command(const Arguments& arguments);

}  // namespace portproof
