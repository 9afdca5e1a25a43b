using Gyre.Models.Constraints;

namespace Gyre.Models.Tests.Constraints.Grammars;

public class GbnfParserTests
{
    private const string Arithmetic = """
        # sums of products
        root ::= sum "\n"?
        sum ::= product ( [-+] product )*
        product ::= atom (("*" | "/")
            atom)*   # across lines inside a group
        atom ::= number |
            "(" sum ")"
        number ::= [0-9]+ ("." [0-9]{1,3})?
        """;

    private const string Json = """
        root   ::= object
        value  ::= object | array | string | number | ("true" | "false" | "null") ws
        object ::= "{" ws ( string ":" ws value ("," ws string ":" ws value)* )? "}" ws
        array  ::= "[" ws ( value ("," ws value)* )? "]" ws
        string ::= "\"" ( [^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4}) )* "\"" ws
        number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9] [1-9]{0,15})? ws
        ws ::= | " " | "\n" [ \t]{0,20}
        """;

    [Theory]
    [InlineData("1+2*(3-4.25)/5", true)]
    [InlineData("((((1))))", true)]
    [InlineData("1\n", true)]
    [InlineData("1+", false)]
    [InlineData("(1", false)]
    [InlineData("1.2345", false)]
    public void Arithmetic_expressions(string text, bool isAllowed) => Constraint.FromGrammar(Arithmetic).Satisfies(text).ShouldBe(isAllowed);

    [Theory]
    [InlineData("""{"a": [1, -2.5e3, "x\n\u00e9", {}], "b": null}""", true)]
    [InlineData("""{"a": [1, }""", false)]
    [InlineData("[1]", false)]
    public void Json_as_llama_cpp_users_write_it(string text, bool isAllowed) => Constraint.FromGrammar(Json).Satisfies(text).ShouldBe(isAllowed);

    [Fact]
    public void Characters_and_escapes()
    {
        var constraint = Constraint.FromGrammar("root ::= [^a-y\\]] . \"\\u00e9\\U0001F600\\x41\\t\\\"\" [\\]\\[-]");

        constraint.Satisfies("z\né😀A\t\"]").ShouldBeTrue();
        constraint.Satisfies("z😀é😀A\t\"-").ShouldBeTrue();
        constraint.Satisfies("a\né😀A\t\"]").ShouldBeFalse();
    }

    [Fact]
    public void Repetitions()
    {
        var constraint = Constraint.FromGrammar("root ::= \"a\"{2} \"b\"{1,} \"c\"{0,2} (\"d\" \"e\")?");

        constraint.Satisfies("aab").ShouldBeTrue();
        constraint.Satisfies("aabbbccde").ShouldBeTrue();
        constraint.Satisfies("ab").ShouldBeFalse();
        constraint.Satisfies("aabccc").ShouldBeFalse();
    }

    [Theory]
    [InlineData("root ::= root \"a\" | \"a\"", "left recursion")]
    [InlineData("root ::= x\nx ::= ws y\ny ::= x \"b\" | \"c\"\nws ::= \" \"?", "left recursion")]
    [InlineData("root ::= (root)? \"a\"", "left recursion")]
    [InlineData("root ::= x", "not defined")]
    [InlineData("x ::= \"a\"", "no rule 'root'")]
    [InlineData("root ::= \"a\"\nroot ::= \"b\"", "second rule")]
    [InlineData("root ::= \"a", "without its end")]
    [InlineData("root ::= [a", "without its end")]
    [InlineData("root ::= (\"a\"", "without ')'")]
    [InlineData("root = \"a\"", "'::='")]
    [InlineData("root ::= \"\\q\"", "escape")]
    [InlineData("root ::= <think>", "token reference")]
    [InlineData("root ::= \"a\"{3,2}", "no count")]
    [InlineData("root ::= \"a\" )", "')'")]
    public void What_cannot_be_run_is_named(string grammar, string found) =>
        Check.Refusal(() => Constraint.FromGrammar(grammar), "RUN0705").ShouldContain(found);

    [Fact]
    public void A_grammar_without_an_end_is_refused() =>
        Check.Refusal(() => Constraint.FromGrammar("root ::= \"a\" root"), "RUN0702");

    [Fact]
    public void Right_recursion_needs_no_memory_of_calls()
    {
        var constraint = Constraint.FromGrammar("root ::= \"a\" root | \"b\"");

        constraint.Satisfies(new string('a', 20_000) + "b").ShouldBeTrue();
        constraint.Machine.RememberedCount.ShouldBeLessThan(10);
    }

    [Fact]
    public void Ambiguity_is_followed_to_its_end()
    {
        var constraint = Constraint.FromGrammar("root ::= x x\nx ::= \"a\"* \"b\"? \"a\"*");

        constraint.Satisfies("aabaaabaa").ShouldBeTrue();
        constraint.Satisfies("abababa").ShouldBeFalse();
    }

    [Fact]
    public void Exponential_ambiguity_ends_the_generation_with_a_code()
    {
        // Each letter doubles the ways to go on: which letters must follow depends on every choice before.
        var constraint = Constraint.FromGrammar("root ::= s\ns ::= \"a\" p \"b\" | \"a\" q \"c\" | \"a\"\np ::= s\nq ::= s\n");

        constraint.Satisfies("aaabc").ShouldBeTrue();
        Check.Refusal(() => constraint.Satisfies(new string('a', 200)), "RUN0706").ShouldContain("ways");
        constraint.Satisfies("aab").ShouldBeTrue();
    }
}
