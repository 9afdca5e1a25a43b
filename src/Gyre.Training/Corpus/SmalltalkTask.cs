using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>Greetings, thanks, questions about the assistant and a few facts about StyleSprint itself.</summary>
internal sealed class SmalltalkTask : IShopTask
{
    private static readonly Intent[] Intents =
    [
        new("greeting", ["Hello, welcome to StyleSprint! How can I help you?", "Hello! What can I do for you today?"], new("greeting",
            ["Hello", "Hello!", "Hi", "Hi there", "Hi there!", "Hello there!", "Good morning", "Good morning!", "Good day", "Good evening", "Hey", "Hey there", "Greetings", "Hello StyleSprint", "Hi, anyone here?", "Good afternoon!", "Hello, are you there?", "Hi!"],
            ["Hello to you", "Good evening to you", "Hey StyleSprint", "Hi, is anyone there?", "Good day to you", "A good morning to you"])),
        new("thanks", ["You are welcome! I am glad to help."], new("thanks",
            ["Thank you", "Thank you!", "Thanks", "Thanks a lot", "Thank you very much", "Many thanks!", "Great, thank you", "Thanks for your help", "That helps, thanks!", "Thank you so much", "Perfect, thanks"],
            ["Thanks very much", "Great, thanks a lot", "Many thanks for your help", "Thank you, that helps", "Thanks so much"])),
        new("farewell", ["Goodbye, and enjoy your day!"], new("farewell",
            ["Goodbye", "Bye", "Bye bye", "See you", "See you later", "Have a nice day", "Goodbye!", "That is all, bye", "Until next time", "See you soon!", "Good night"],
            ["Bye for now", "See you another time", "That is all, goodbye", "Have a good day", "See you tomorrow"])),
        new("identity", ["I am the assistant of StyleSprint, a clothing shop. I write about products and answer questions."], new("identity",
            ["Who are you?", "What are you?", "Are you a robot?", "Are you a person?", "What is your name?", "Tell me about yourself.", "Who am I talking to?", "Are you human?", "Please tell me who you are.", "What kind of assistant are you?", "Am I talking to a robot?"],
            ["Tell me who you are.", "Am I talking to a person?", "Are you a human?", "Who is talking to me?", "Please tell me about yourself."])),
        new("skills", ["I can describe products, answer questions about a text, sum up texts, read reviews and write JSON."], new("skills",
            ["What can you do?", "How can you help me?", "What do you do?", "Which tasks can you do?", "What are you good at?", "Tell me what you can do.", "Can you help me?", "What can I ask you?", "What are your skills?", "In what ways can you help?"],
            ["Please tell me what you can do.", "What can you help me with?", "Which things can you do?", "What tasks are you good at?"])),
        new("mood", ["I am fine, thank you! How can I help you?"], new("mood",
            ["How are you?", "How are you today?", "How is it going?", "Are you well?", "How do you feel?", "Hello, how are you?", "How are you doing?", "Is everything fine?"],
            ["How do you feel today?", "Hi, how are you?", "How are you doing today?", "Hello, how is it going?"])),
        new("shop", ["StyleSprint is a clothing shop. We sell dresses, shirts, coats and much more."], new("shop",
            ["What is StyleSprint?", "What do you sell?", "What kind of shop is this?", "Tell me about StyleSprint.", "What can I buy here?", "What does StyleSprint sell?", "Which products do you sell?", "Tell me about your shop."],
            ["What kind of shop is StyleSprint?", "Please tell me about StyleSprint.", "What can I buy from you?", "Which things do you sell?"])),
        new("praise", ["Thank you, that is kind of you!"], new("praise",
            ["You are great!", "Well done!", "Good job", "You are very helpful", "I like you", "You did well", "Nice work!", "That was great", "You are the best"],
            ["Good work!", "You are very good", "That was a nice job", "You are so helpful"])),
        new("complaint", ["I am sorry that you are not happy. Please tell me about your order, and I will do my best."], new("complaint",
            ["I am not happy.", "I am angry with you.", "This is bad service.", "I have a complaint.", "I am unhappy with my order.", "You made a mistake.", "I want to complain.", "Your service is bad."],
            ["I am not happy with my order.", "I am angry about the service.", "I want to make a complaint.", "This is a bad shop."])),
        new("hours", ["StyleSprint is open online all day and every day. Each store has its own opening hours."], new("shop-hours",
            ["When are you open?", "What are your opening hours?", "Are you open today?", "Are you open on Sunday?", "When can I shop here?", "Is the shop open now?"],
            ["When is the shop open?", "Are you open now?", "Is StyleSprint open on Sunday?"])),
    ];

    private static readonly Wordings Endings = new("ending",
        ["", "", "", " I am {v}.", " My name is {v}.", " This is {v}."],
        ["", "", " {v} here."]);

    /// <inheritdoc/>
    public string Name => ShopTasks.Smalltalk;

    /// <inheritdoc/>
    public TaskSample Draw(SeededRandom random, Split split)
    {
        var intent = random.Pick(Intents);
        var (text, family) = intent.Wordings.Pick(random, split);
        var (ending, endingFamily) = Endings.Pick(random, split);
        if (ending.Length > 0)
        {
            text = (char.IsPunctuation(text[^1]) ? text : text + ".") + Thing.Fill(ending, Names.Person(random, split));
        }

        return new TaskSample($"{family}+{endingFamily}", "utterance:" + text, text, random.Pick(intent.Answers))
        {
            Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["intent"] = intent.Name },
        };
    }

    private sealed record Intent(string Name, string[] Answers, Wordings Wordings);
}
