package io.semimeta.cli;

import io.semimeta.cli.options.Heading;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Shows the options in a command's help, each group under its heading. */
final class GroupedHelp implements CommandLine.IHelpSectionRenderer {
  private static final String REST = "Help";

  private GroupedHelp() {}

  /** Makes a command and its subcommands show their options in groups. */
  static void of(CommandLine command) {
    command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new GroupedHelp());
    command.getSubcommands().values().forEach(GroupedHelp::of);
  }

  @Override
  public String render(Help help) {
    Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
    List<OptionSpec> rest = new ArrayList<>();
    String heading = REST;
    Class<?> place = null;
    for (OptionSpec option : help.commandSpec().options()) {
      if (option.hidden()) {
        continue;
      }
      Field field = (Field) option.userObject();
      if (!field.getDeclaringClass().equals(place)) {
        place = field.getDeclaringClass();
        heading = heading(place, REST);
      }
      heading = heading(field, heading);
      (heading.equals(REST) ? rest : groups.computeIfAbsent(heading, name -> new ArrayList<>()))
          .add(option);
    }
    if (groups.isEmpty()) {
      return help.optionListExcludingGroups(rest);
    }
    groups.put(REST, rest);
    StringBuilder text = new StringBuilder();
    groups.forEach(
        (name, options) ->
            text.append(System.lineSeparator())
                .append(name)
                .append(System.lineSeparator())
                .append(help.optionListExcludingGroups(options)));
    return text.toString();
  }

  private static String heading(AnnotatedElement of, String otherwise) {
    Heading own = of.getAnnotation(Heading.class);
    return own == null ? otherwise : own.value();
  }
}
