package io.github.livededup.examples.imageimport.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

class SubcommandsTest {
    private final Cli cli = new Cli(System.out, System.err, new FakeVolumes(), new Interruption());

    @Test
    void eachIsKnownByTheNameThatItTells() {
        assertThat(Subcommands.NAMES)
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(Subcommands.make(name, cli)
                                .getClass()
                                .getAnnotation(Command.class)
                                .name())
                        .isEqualTo(name));
    }

    @Test
    void onlyTheOneThatIsNamedIsMade() {
        assertThat(Subcommands.neededFor("list", "import")).containsExactly("list");
    }

    @Test
    void allAreMadeForTheHelpAndForNamesThatAreNone() {
        assertThat(Subcommands.neededFor()).isSameAs(Subcommands.NAMES);
        assertThat(Subcommands.neededFor("--json", "list")).isSameAs(Subcommands.NAMES);
        assertThat(Subcommands.neededFor("lisst")).isSameAs(Subcommands.NAMES);
    }
}
