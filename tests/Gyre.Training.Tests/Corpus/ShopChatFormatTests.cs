using System.Buffers;
using System.Text;
using Gyre.Models.Templates;
using Gyre.Models.Tokenizers;
using Gyre.Training.Corpus;

namespace Gyre.Training.Tests.Corpus;

public class ShopChatFormatTests
{
    private static readonly ChatExample Example = new("answer", "f", "s",
    [
        new ChatTurn("system", "Be kind."), new ChatTurn("user", "Hi <|end|>"), new ChatTurn("assistant", "Yo"),
        new ChatTurn("user", "A"), new ChatTurn("assistant", "B"),
    ]);

    [Fact]
    public void The_ids_spell_the_rendered_conversation()
    {
        var (ids, _) = Encode(new CharacterTokenizer());

        string.Concat(ids.Select(new CharacterTokenizer().GetToken)).ShouldBe(ShopChatFormat.Render(Example) + "<|endoftext|>");
    }

    [Fact]
    public void Only_the_assistants_text_and_its_end_token_are_targets()
    {
        var tokenizer = new CharacterTokenizer();

        var (ids, isTarget) = Encode(tokenizer);

        isTarget.Count.ShouldBe(ids.Count);
        string.Concat(ids.Where((_, i) => isTarget[i]).Select(tokenizer.GetToken)).ShouldBe("Yo<|end|>B<|end|>");
    }

    [Fact]
    public void Special_tokens_in_a_users_text_stay_text()
    {
        var tokenizer = new CharacterTokenizer();

        var (ids, _) = Encode(tokenizer);

        ids.Count(id => tokenizer.GetToken(id) == "<|end|>").ShouldBe(5);
    }

    [Fact]
    public void A_vocabulary_without_the_special_tokens_is_an_error_that_names_one()
    {
        var error = Should.Throw<TrainingException>(() => Encode(new CharacterTokenizer(withSpecials: false)));

        error.Code.ShouldBe("TRN0203");
        error.Message.ShouldContain("<|end|>");
    }

    private static (List<int> Ids, List<bool> IsTarget) Encode(ITokenizer tokenizer)
    {
        var ids = new List<int>();
        var isTarget = new List<bool>();
        ShopChatFormat.Encode(Example, tokenizer, ids, isTarget);
        return (ids, isTarget);
    }

    /// <summary>One id a character, special tokens after them.</summary>
    private sealed class CharacterTokenizer(bool withSpecials = true) : ITokenizer
    {
        public int VocabularySize => 128 + (withSpecials ? ShopChatFormat.SpecialTokens.Count : 0);

        public int? BeginId => null;

        public IReadOnlyList<int> EndIds => [];

        public void Encode(ReadOnlySpan<char> text, bool addSpecialTokens, bool parseSpecialTokens, List<int> destination)
        {
            parseSpecialTokens.ShouldBeFalse();
            foreach (var character in text)
            {
                destination.Add(character);
            }
        }

        public void AppendBytes(int id, bool isFirst, bool includeSpecial, IBufferWriter<byte> destination) => destination.Write(Encoding.UTF8.GetBytes(GetToken(id)));

        public string Decode(ReadOnlySpan<int> ids) => string.Concat(ids.ToArray().Select(GetToken));

        public string GetToken(int id) => id < 128 ? ((char)id).ToString() : ShopChatFormat.SpecialTokens[id - 128];

        public int? FindToken(string token) => withSpecials && ShopChatFormat.SpecialTokens.Contains(token) ? 128 + ShopChatFormat.SpecialTokens.ToList().IndexOf(token) : null;

        public bool IsSpecial(int id) => id >= 128;
    }
}
