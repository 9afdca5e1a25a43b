using Gyre.Evaluation;
using Gyre.Training.Corpus;

namespace Gyre.Training.Tests.Corpus;

public class ShopNotesTests
{
    [Fact]
    public void Equal_seeds_give_equal_notes_and_questions_and_others_do_not()
    {
        new ShopNotes(7, 30).Notes.ShouldBe(new ShopNotes(7, 30).Notes);
        new ShopNotes(7, 30).Questions(40, 10, 2).Select(row => row.Prompt).ShouldBe(new ShopNotes(7, 30).Questions(40, 10, 2).Select(row => row.Prompt));
        new ShopNotes(8, 30).Notes.ShouldNotBe(new ShopNotes(7, 30).Notes);
    }

    [Fact]
    public void Every_answerable_question_names_a_thing_whose_note_holds_the_answer()
    {
        var shop = new ShopNotes(3, 60);
        var notes = shop.Notes.ToDictionary(note => note.Id, note => note.Text, StringComparer.Ordinal);
        notes.Count.ShouldBe(60);
        var rows = shop.Questions(150, 50, 3);
        rows.Count.ShouldBe(200);
        rows.Select(row => row.Id).Distinct().Count().ShouldBe(200);
        foreach (var row in rows)
        {
            var name = row.Subject[(row.Subject.IndexOf(':', StringComparison.Ordinal) + 1)..];
            var wordings = ParaphraseFacts.Of(row).Append(row.Prompt).ToArray();
            wordings.Distinct().Count().ShouldBe(4);
            wordings.ShouldAllBe(wording => wording.Contains(name, StringComparison.Ordinal));
            notes[row.Facts[ShopNotes.NoteFact]].ShouldContain(name);
            if (row.Task == ShopTasks.Answer)
            {
                notes[row.Facts[ShopNotes.NoteFact]].ShouldContain(row.Reference);
            }
        }
    }

    [Fact]
    public void More_questions_begin_with_the_same_ones()
    {
        var shop = new ShopNotes(3, 60);
        shop.Questions(60, 0).Take(50).Select(row => row.Prompt).ShouldBe(shop.Questions(50, 0).Select(row => row.Prompt));
    }

    [Fact]
    public void More_questions_than_there_are_facts_are_refused() => Should.Throw<TrainingException>(() => new ShopNotes(1, 2).Questions(500, 0)).Code.ShouldBe("TRN0201");
}
