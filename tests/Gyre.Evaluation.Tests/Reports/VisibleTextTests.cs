using Gyre.Evaluation.Reports;

namespace Gyre.Evaluation.Tests.Reports;

public class VisibleTextTests
{
    [Theory]
    [InlineData("plain ünïcode 😀 שלום", "plain ünïcode 😀 שלום")]
    [InlineData("a\0b\u001B[31m\u007F", "a␀b␛[31m␡")]
    [InlineData("\u202Egnp.exe\u2066", "⟨U+202E⟩gnp.exe⟨U+2066⟩")]
    [InlineData("\u0085\u2028", "⟨U+0085⟩⟨U+2028⟩")]
    [InlineData("line\r\nnext\tcell\rend", "line\nnext\tcell␍end")]
    public void Characters_that_steer_are_shown(string text, string visible) => VisibleText.Of(text).ShouldBe(visible);

    [Fact]
    public void Halves_of_characters_and_what_is_no_character_are_replaced()
    {
        VisibleText.Of("a\uD83Db\uDE00\uFFFE").ShouldBe("a\uFFFDb\uFFFD\uFFFD");
        VisibleText.Of("\0😀\0😀").ShouldBe("␀😀␀😀");
    }

    [Fact]
    public void A_line_stays_a_line() => VisibleText.Line("a\n\tb").ShouldBe("a↵⇥b");
}
