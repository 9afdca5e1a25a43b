using System.Text.Json;
using Gyre.Evaluation.Benchmarks.Instructions;

namespace Gyre.Evaluation.Tests.Benchmarks.Instructions;

public sealed class InstructionCatalogueTests
{
    public static TheoryData<string, string, string, string> Cases => new()
    {
        { "keywords:existence", """{"keywords":["apple","pear"]}""", "Apples and a pear.", "An apple." },
        { "keywords:forbidden_words", """{"forbidden_words":["cat"]}""", "A category.", "The cat sat." },
        { "keywords:frequency", """{"keyword":"go","frequency":2,"relation":"at least"}""", "Go, go!", "Go." },
        { "keywords:letter_frequency", """{"letter":"z","let_frequency":2,"let_relation":"less than"}""", "zoo", "pizza" },
        { "language:response_language", """{"language":"de"}""", "Der Hund ist nicht groß und die Katze schläft.", "The dog is not big and the cat sleeps." },
        { "language:response_language", """{"language":"hi"}""", "यह एक वाक्य है।", "This is a sentence." },
        { "length_constraints:number_words", """{"num_words":4,"relation":"at least"}""", "One two three four.", "One two." },
        { "length_constraints:number_sentences", """{"num_sentences":3,"relation":"less than"}""", "One. Two.", "One. Two! Three?" },
        { "length_constraints:number_paragraphs", """{"num_paragraphs":2}""", "First\n***\nSecond", "First\nSecond" },
        { "length_constraints:nth_paragraph_first_word", """{"num_paragraphs":2,"nth_paragraph":2,"first_word":"then"}""", "First.\n\nThen, last.", "First.\n\nLast." },
        { "detectable_content:number_placeholders", """{"num_placeholders":2}""", "[name], [city]", "[name]" },
        { "detectable_content:postscript", """{"postscript_marker":"P.S."}""", "Bye\nP.S. one more", "Bye" },
        { "detectable_format:number_bullet_lists", """{"num_bullets":2}""", "* a\n* b", "* a\n* b\n- c" },
        { "detectable_format:number_highlighted_sections", """{"num_highlights":2}""", "*one* and **two**", "*one*" },
        { "detectable_format:multiple_sections", """{"section_spliter":"SECTION","num_sections":2}""", "SECTION 1 a SECTION 2 b", "SECTION 1 a" },
        { "detectable_format:json_format", "{}", "```json\n{\"a\": 1}\n```", "a: 1" },
        { "detectable_format:title", "{}", "<<Song>>\nla", "<<>> la" },
        { "detectable_format:constrained_response", "{}", "My answer is maybe.", "Perhaps." },
        { "combination:two_responses", "{}", "one\n******\ntwo", "one\n******\none" },
        { "combination:repeat_prompt", """{"prompt_to_repeat":"Say it."}""", "say it. Done.", "Done." },
        { "startend:end_checker", """{"end_phrase":"Any questions?"}""", "So. Any questions?", "Any questions? No." },
        { "startend:quotation", "{}", "\"all\"", "all" },
        { "change_case:capital_word_frequency", """{"capital_frequency":2,"capital_relation":"at least"}""", "THIS IS it", "THIS is it" },
        { "change_case:english_capital", "{}", "ALL CAPS 1", "Not All" },
        { "change_case:english_lowercase", "{}", "all small 1", "Not all" },
        { "punctuation:no_comma", "{}", "no comma", "a, b" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_follows_is_told_from_what_does_not(string name, string arguments, string follows, string fails)
    {
        var check = InstructionCatalogue.Find(name).ShouldNotBeNull();
        using var json = JsonDocument.Parse(arguments);

        check(follows, json.RootElement).ShouldBe(true);
        check(fails, json.RootElement).ShouldBe(false);
    }

    [Fact]
    public void Every_check_has_its_case() =>
        InstructionCatalogue.Names.Except(Cases.Select(row => row.Data.Item1)).ShouldBeEmpty();

    [Theory]
    [InlineData("keywords:frequency")]
    [InlineData("length_constraints:number_words")]
    [InlineData("startend:end_checker")]
    public void Without_arguments_there_is_no_answer(string name)
    {
        using var json = JsonDocument.Parse("{}");

        InstructionCatalogue.Find(name)!("text", json.RootElement).ShouldBeNull();
    }
}
