"""What planted errors are made of: drugs with their other names, findings and plan items that were never spoken of."""

from __future__ import annotations

# Names of one substance stand on one line: an error must be another substance. Lines of a group are near each other in
# use or in spelling, so that the wrong drug is a likely slip.
_DRUGS = """
ibuprofen motrin advil nurofen | naproxen aleve naprosyn | meloxicam mobic | diclofenac voltaren | ketorolac toradol
celecoxib celebrex | aspirin | indomethacin | etodolac | nabumetone
acetaminophen tylenol paracetamol | tramadol ultram | oxycodone percocet | hydrocodone norco | codeine | morphine
lisinopril zestril | losartan cozaar | amlodipine norvasc | metoprolol lopressor toprol | carvedilol coreg
hydrochlorothiazide hctz | furosemide lasix | bumetanide bumex | spironolactone aldactone | atenolol | ramipril
torsemide | digoxin lanoxin | diltiazem cardizem | hydralazine | clonidine | valsartan diovan | bisoprolol | enalapril
metformin glucophage | glipizide glucotrol | sitagliptin januvia | empagliflozin jardiance | insulin | lantus | humalog
novolog | gliclazide | trulicity dulaglutide | ozempic semaglutide
atorvastatin lipitor | simvastatin zocor | rosuvastatin crestor | pravastatin | ezetimibe zetia
omeprazole prilosec | pantoprazole protonix | famotidine pepcid | ranitidine zantac | lansoprazole prevacid
rennies rennie | esomeprazole nexium | sucralfate carafate | miralax | senna | docusate colace | tums
sertraline zoloft | fluoxetine prozac | citalopram celexa | escitalopram lexapro | bupropion wellbutrin | trazodone
duloxetine cymbalta | venlafaxine effexor | mirtazapine | amitriptyline elavil | lorazepam ativan
alprazolam xanax | buspirone | lithium | quetiapine seroquel | melatonin | zolpidem ambien
amoxicillin | penicillin | azithromycin zithromax z-pak | doxycycline | cephalexin keflex | ciprofloxacin cipro
clindamycin | nitrofurantoin macrobid | trimethoprim | augmentin | metronidazole flagyl | levofloxacin | bactrim
clarithromycin | minocycline | cefdinir | vancomycin
albuterol ventolin salbutamol proair | fluticasone flonase flovent | montelukast singulair | budesonide pulmicort
symbicort | advair | cetirizine zyrtec | loratadine claritin | fexofenadine allegra | benadryl diphenhydramine
clenil | tiotropium spiriva | ipratropium | beclomethasone
prednisone | prednisolone pred | dexamethasone decadron | medrol methylprednisolone | hydrocortisone
betnovate | kenalog | triamcinolone | depo-medrol
levothyroxine synthroid thyroxine | fosamax alendronate | boniva | prolia | methotrexate | plaquenil hydroxychloroquine
imuran azathioprine | humira adalimumab | allopurinol | colchicine | tacrolimus prograf | cellcept
gabapentin neurontin | pregabalin lyrica | cyclobenzaprine flexeril | baclofen
tizanidine zanaflex | topiramate topamax | sumatriptan imitrex | rizatriptan maxalt
keppra levetiracetam | carbamazepine tegretol | robaxin methocarbamol
warfarin coumadin | apixaban eliquis | rivaroxaban xarelto | clopidogrel plavix | heparin | enoxaparin lovenox
tamoxifen | anastrozole | finasteride | flomax tamsulosin | oxybutynin | viagra sildenafil
microgynon | mercilon | implanon | tretinoin | clotrimazole | fluconazole diflucan | acyclovir | valacyclovir valtrex
lidocaine | capsaicin | benzoyl peroxide | epiduo | mupirocin
"""
DRUG_GROUPS: list[list[tuple[str, ...]]] = [
    [tuple(names.split()) if "benzoyl" not in names else ("benzoyl peroxide",) for names in line.split("|")]
    for line in _DRUGS.strip().splitlines()
]

# "He reports …", "Endorses …": findings that change care if they were true.
FINDINGS = (
    "hemoptysis;night sweats;double vision;blood in the stool;urinary incontinence;jaundice;hair loss;a tick bite;"
    "slurred speech;hallucinations;nosebleeds;syncope;seizures;testicular pain;ringing in the ears;memory loss;"
    "loss of smell;excessive thirst;easy bruising;jaw pain;hoarseness;leg ulcers;tremor;heartburn;hot flashes"
).split(";")
EXAM_FINDINGS = (
    "Abdominal tenderness with guarding is noted.;An enlarged thyroid is palpable.;Finger clubbing is present.;"
    "A carotid bruit is heard on auscultation.;There is scleral icterus.;Petechiae are seen on both shins.;"
    "There is a palpable inguinal hernia.;Papilledema is seen on fundoscopy.;Spider angiomas are seen on the trunk."
).split(";")
HISTORIES = (
    "He has a history of epilepsy.;She had a splenectomy as a child.;He was treated for tuberculosis.;"
    "She is allergic to sulfa drugs.;He had a stroke in the past.;She has a history of hepatitis C.;"
    "He has a pacemaker.;She has had two miscarriages.;He is allergic to shellfish.;She has celiac disease."
).split(";")
PLANS = (
    "Start warfarin 5 mg daily.;Order a colonoscopy.;Refer to nephrology.;We will schedule a sleep study.;"
    "A bone marrow biopsy will be performed.;Prescribe doxycycline 100 mg twice daily for 10 days.;"
    "Check a serum ferritin.;Refer to dermatology for a skin biopsy.;Arrange a carotid ultrasound.;"
    "Give a tetanus booster.;Start methotrexate 15 mg weekly.;Order a lumbar puncture.;"
    "Admit for observation overnight.;Order a thyroid ultrasound.;Refer to a hematologist.;Start oxygen at home.;"
    "Obtain a urine drug screen.;"
    "Schedule a stress test.;Begin smoking cessation with varenicline.;Repeat the mammogram in 6 months."
).split(";")
PLAN_TAILS = (
    "obtain a serum ferritin;order a colonoscopy;refer to nephrology;schedule a sleep study;start warfarin 5 mg daily;"
    "arrange a carotid ultrasound;give a tetanus booster;order a lumbar puncture;start oxygen at home;"
    "begin methotrexate 15 mg weekly;refer to a hematologist;obtain a urine drug screen"
).split(";")
