using Gyre.Evaluation;
using Gyre.Training.Corpus;

namespace Gyre.Training.Tests.Corpus;

public class ShopFactsTests
{
    private static readonly ShopFacts Shop = new(11, 24);

    [Fact]
    public void Equal_seeds_give_equal_lessons_and_questions_and_others_do_not()
    {
        new ShopFacts(11, 24).Questions(20, 2).Select(row => row.Prompt).ShouldBe(Shop.Questions(20, 2).Select(row => row.Prompt));
        new ShopFacts(11, 24).Lessons(4, 1, 20).Select(row => row.Prompt).ShouldBe(Shop.Lessons(4, 1, 20).Select(row => row.Prompt));
        new ShopFacts(12, 24).Questions(20).Select(row => row.Prompt).ShouldNotBe(Shop.Questions(20).Select(row => row.Prompt));
    }

    [Fact]
    public void Every_fact_is_asked_once_and_its_answer_is_what_the_note_says()
    {
        var notes = Shop.Notes.ToDictionary(note => note.Id, note => note.Text, StringComparer.Ordinal);
        var rows = Shop.Questions(0).Where(row => row.Task == ShopTasks.Answer).ToArray();

        rows.Length.ShouldBe(Shop.Count);
        rows.Select(row => row.Id).Distinct().Count().ShouldBe(rows.Length);
        rows.ShouldAllBe(row => notes[row.Subject].Contains(row.Reference, StringComparison.Ordinal));
    }

    [Fact]
    public void Lessons_teach_every_fact_in_wordings_that_no_question_has()
    {
        var lessons = Shop.Lessons(12, 3, 60).ToArray();
        var questions = Shop.Questions(30, ShopFacts.MostWordings);
        var asked = questions.SelectMany(row => ParaphraseFacts.Of(row).Append(row.Prompt)).ToHashSet(StringComparer.Ordinal);

        lessons.ShouldAllBe(row => !asked.Contains(row.Prompt));
        lessons.Select(row => row.Prompt).Distinct(StringComparer.Ordinal).Count().ShouldBe(lessons.Length);
        var taught = lessons.Where(row => row.Task == ShopTasks.Answer).GroupBy(row => (row.Subject, row.Reference)).ToArray();
        taught.ShouldAllBe(fact => fact.Count() >= 10); // What names no thing cannot be asked alone, so a store's facts have ten wordings.
        taught.Select(fact => fact.Key).ToHashSet().SetEquals(questions.Where(row => row.Task == ShopTasks.Answer).Select(row => (row.Subject, row.Reference))).ShouldBeTrue();
    }

    [Fact]
    public void What_nobody_told_is_asked_of_other_kinds_and_names_than_lessons_decline()
    {
        var lessons = Shop.Lessons(2, 2, 300).ToArray();
        var questions = Shop.Questions(60);

        foreach (var task in (string[])[ShopTasks.Unanswerable, ShopFacts.UnknownThing])
        {
            var taught = lessons.Where(row => row.Task == task).ToArray();
            var asked = questions.Where(row => row.Task == task).ToArray();
            asked.Length.ShouldBeGreaterThan(40);
            asked.Select(row => Key(row, task)).Intersect(taught.Select(row => Key(row, task))).ShouldBeEmpty();
            asked.Concat(taught).ShouldAllBe(row => ContextWordings.Declines.Contains(row.Reference));
        }

        var known = Shop.Notes.Select(note => note.Id).ToHashSet(StringComparer.Ordinal);
        lessons.Concat(questions).Where(row => row.Task == ShopFacts.UnknownThing).ShouldAllBe(row => !known.Contains(row.Subject));
        lessons.Concat(questions).Where(row => row.Task == ShopTasks.Unanswerable).ShouldAllBe(row => known.Contains(row.Subject));

        // A row of a thing that the shop has is told by what was asked about it, the others by their names.
        static string Key(Gyre.Contracts.DatasetRow row, string task) => task == ShopFacts.UnknownThing ? row.Subject : string.Join('-', row.Id.Split('-').TakeWhile(part => part.Length > 1 || !char.IsDigit(part[0])));
    }

    [Fact]
    public void More_strangers_only_add_to_those_that_are_there() =>
        Shop.Questions(40).Where(row => row.Task == ShopFacts.UnknownThing).Take(20).Select(row => row.Prompt)
            .ShouldBe(Shop.Questions(20).Where(row => row.Task == ShopFacts.UnknownThing).Select(row => row.Prompt));
}
